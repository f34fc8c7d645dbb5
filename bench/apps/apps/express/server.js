const express = require("express");

const app = express();
app.get("/", (_request, response) => response.send("ready"));
app.get("/slow", (_request, response) => setTimeout(() => response.send("done"), 200));
app.listen(process.env.PORT ?? 3000);
