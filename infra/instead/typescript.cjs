module.exports = require("./lazy.cjs")("typescript");
