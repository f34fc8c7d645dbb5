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
  describe("not where nobody knows its addresses, which is told unless a rule may let it through", () => {
    const told = (to: object[] = []) =>
      planOf({
        app: { network: { to } },
        scale: { worker: { max: 3, queue: { redis: OUTSIDE, list: "celery" } } },
      }).warnings.filter(({ location }) => location.endsWith("queue.redis"));
    const OUTSIDE = "shop.abc.cache.amazonaws.com:6379";
    test("nothing is opened", () => expect(attached(OUTSIDE)).toEqual([]));
    test("told", () =>
      expect(told()).toMatchObject([{ message: expect.stringContaining("ADDRESS/32") }]));
    test("another port", () =>
      expect(told([{ cidr: "192.0.2.0/24", port: 5432 }])).toHaveLength(1));
    test("a range that may be it", () =>
      expect(told([{ cidr: "192.0.2.0/24", port: 6379 }])).toEqual([]));
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
    ["sentinel://a.cache:26379;sentinel://b.cache:26379", "{ namespace: cache, port: 26379 }"],
    ["mongodb://a.db:27017,b.db:27017/shop?replicaSet=x", "{ namespace: db, port: 27017 }"],
    ["postgresql://a.db:5432,b.other:5432/shop", "{ namespace: other, port: 5432 }"],
    ["db+postgresql://u:p@pg.other/shop", "{ namespace: other, port: 5432 }"],
    ["jdbc:postgresql://pg.other/shop", "{ namespace: other, port: 5432 }"],
    ["mysql2://u:p@my.db/shop", "{ namespace: db, port: 3306 }"],
    ["kafka-0.kafka:9092,kafka-1.kafka:9092", "{ namespace: kafka, port: 9092 }"],
    ["redis://[2001:db8::7]:6379", "{ cidr: 2001:db8::7/128, port: 6379 }"],
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
    "sqs://",
    "shop:1.4.2",
    "10:30",
    "app.module:create",
    "redis+socket:///run/redis.sock",
  ])("not: %s", (url) => expect(unreachableUrls({ A_URL: url }, ALLOWED, "shop")).toEqual([]));
});
