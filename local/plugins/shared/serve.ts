/** What every plugin does: serve gRPC on a free loopback port and tell the engine which one. */
import grpc from "@grpc/grpc-js";
import type {
  handleUnaryCall,
  ServerErrorResponse,
  ServiceDefinition,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";

/** The engine's own limit: a stack's worth of config or one huge manifest must fit. */
const MAX_MESSAGE = 400 * 1024 * 1024;

/** A unary gRPC handler from an ordinary function; what it throws becomes the call's error. */
export function unary<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
  toError: (error: unknown) => ServerErrorResponse = plainError,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    void answer();
    async function answer(): Promise<void> {
      underWay.begin();
      try {
        callback(null, await handle(call.request));
      } catch (error) {
        callback(toError(error), null);
      } finally {
        underWay.end();
      }
    }
  };
}

/**
 * How long a plugin lives on at most without its engine: the official ones look for it as often.
 */
const ORPHAN_LIFE_MS = 5 * 60_000;

/** The calls that have no answer yet, and what is to happen when there are none. */
const underWay = {
  calls: 0,
  whenIdle: undefined as (() => void) | undefined,
  begin(): void {
    this.calls += 1;
  },
  end(): void {
    this.calls -= 1;
    this.settle();
  },
  settle(): void {
    // A moment later, so that the last answer is on its way.
    if (this.calls === 0 && this.whenIdle !== undefined) setTimeout(this.whenIdle, 20);
  },
};

/** An error that carries nothing but its message: the CLI shows no stack traces of plugins. */
export function plainError(error: unknown): ServerErrorResponse {
  const details = error instanceof Error ? error.message : String(error);
  return Object.assign(new Error(details), { code: grpc.status.UNKNOWN, details });
}

/** How a plugin comes to its end. */
export interface Endings {
  /** Brings what is under way to an end, for an engine that asks for that. */
  onInterrupt: () => void;
  /** Does the same where nobody asks any more; left out, what is under way is carried out. */
  onAbandoned?: () => void;
}

/**
 * Serves until the engine goes away. The port is the only thing a plugin writes to standard
 * output by itself: the engine reads it from there.
 */
export async function serve(
  service: ServiceDefinition,
  handlers: UntypedServiceImplementation,
  endings: Endings,
): Promise<void> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE,
    "grpc.max_send_message_length": MAX_MESSAGE,
  });
  server.addService(service, handlers);
  stopWithEngine(endings);
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  process.stdout.write(`${String(port)}\n`);
}

/**
 * The engine ends its plugins with an interrupt, and waits for what they have under way. It holds
 * the other end of standard input and never writes to it, so if that ends, the engine was killed.
 * The official plugins do not see that: they ask for the engine every five minutes, and go on until
 * then with what they were asked for.
 *
 * Source: pulumi/pulumi, pkg/resource/provider/main.go, sdk/go/common/util/rpcutil/health.go.
 */
function stopWithEngine({ onInterrupt, onAbandoned }: Endings): void {
  process.on("SIGINT", () => {
    onInterrupt();
    endWhenIdle();
  });
  const abandoned = (): void => {
    onAbandoned?.();
    endWhenIdle();
    setTimeout(() => process.exit(0), ORPHAN_LIFE_MS).unref();
  };
  process.stdin.on("end", abandoned);
  process.stdin.on("error", abandoned);
  process.stdin.resume();
}

function endWhenIdle(): void {
  // Not the server's own shutdown: that waits for the engine to close its connection, too.
  underWay.whenIdle = () => process.exit(0);
  underWay.settle();
}

/** The engine's address: the last argument, after any flags and their values. */
export function engineAddress(args: readonly string[]): string | undefined {
  return args.findLast((argument) => !argument.startsWith("-"));
}
