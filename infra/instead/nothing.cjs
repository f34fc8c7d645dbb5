// Stands for a module that is loaded for what it does to others, and need not do it.
module.exports = {};
