/**
 * The module `node:http`. An import of it reads each of its exports, and for the one of them that
 * is a WebSocket client Node.js loads one, which takes 12 ms at every start.
 *
 * Source: node, lib/http.js (`lazyUndici`).
 */
export const http = process.getBuiltinModule("node:http");
