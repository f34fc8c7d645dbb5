import { describe, expect, test } from "vitest";
import { unreachableUrls } from "../../components/plan/egress.ts";
import { planOf } from "../support/plan.ts";

const attached = (redis: string, more: object = {}) =>
  planOf({ app: more, scale: { worker: { max: 3, queue: { redis, list: "celery" } } } }).network
    ?.attached;

describe("the Redis of a queue opens itself", () => {
  test.each([
    ["redis.cache:6379", { namespace: "cache", port: 6379 }],
    ["redis.cache.svc.cluster.local:6380", { namespace: "cache", port: 6380 }],
    ["redis:6379", { namespace: "shop", port: 6379 }],
    ["10.0.0.7:6379", { cidr: "10.0.0.7/32", port: 6379 }],
  ])("%s", (redis, destination) => expect(attached(redis)).toEqual([destination]));
  test("once, where the stack has it too", () => {
    const to = [{ namespace: "cache", port: 6379 }];
    expect(attached("redis.cache:6379", { network: { to } })).toEqual(to);
  });
  test("not where nobody knows its addresses", () => {
    expect(attached("shop.abc.cache.amazonaws.com:6379")).toEqual([]);
  });
});

const ALLOWED = {
  attached: [
    { namespace: "db", port: 5432 },
    { cidr: "10.0.0.0/8", port: 5671 },
    { cidr: "192.0.2.7/32", port: 6379 },
  ],
  services: [{ identity: { app: "shop", type: "api", name: "shop-api" }, port: 9000 }],
};

describe("a URL that no rule lets through is told with the rule that would", () => {
  test.each([
    ["redis://redis.cache/0", "{ namespace: cache, port: 6379 }"],
    ["rediss://:secret@redis.cache:6380", "{ namespace: cache, port: 6380 }"],
    ["postgresql+psycopg://u:p@db.other:5432/shop", "{ namespace: other, port: 5432 }"],
    ["amqp://rabbit", "{ namespace: shop, port: 5672 }"],
    ["http://api.example.com/v1", "{ cidr: ADDRESS/32, port: 80 }"],
    ["redis://192.0.2.8:6379", "{ cidr: 192.0.2.8/32, port: 6379 }"],
  ])("%s", (url, rule) => {
    const [warning, ...others] = unreachableUrls({ A_URL: url }, ALLOWED, "shop");
    expect(others).toEqual([]);
    expect(warning?.location).toBe("dash-scale:app.env.A_URL");
    expect(warning?.message).toContain(rule);
    expect(warning?.message).not.toContain("secret");
  });
  test.each([
    "postgresql://db.db/shop",
    "postgresql://pg.example.com:443/shop",
    "https://api.example.com",
    "redis://localhost:6379",
    "redis://192.0.2.7",
    "amqps://mq.example.com",
    "sqlite:///shop.db",
    "http://shop-api",
    "http://shop-api.shop/v1",
    "not a URL",
  ])("not: %s", (url) => expect(unreachableUrls({ A_URL: url }, ALLOWED, "shop")).toEqual([]));
});
