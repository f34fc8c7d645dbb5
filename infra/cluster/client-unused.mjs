// Stands for what @kubernetes/client-node sends requests with. infra/cluster/http.ts sends them; the library only knows as whom.
function unused() {
  throw new Error(
    "The API of @kubernetes/client-node is left out, by infra/cluster/client-library.ts",
  );
}

export {
  unused as Agent,
  unused as ProxyAgent,
  unused as ServerConfiguration,
  unused as createConfiguration,
};
