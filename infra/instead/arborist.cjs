module.exports = require("./lazy.cjs")("@npmcli/arborist");
