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

/**
 * Serves until the engine goes away. The port is the only thing a plugin writes to standard
 * output by itself: the engine reads it from there.
 *
 * @param onInterrupt brings what is under way to an end
 */
export async function serve(
  service: ServiceDefinition,
  handlers: UntypedServiceImplementation,
  onInterrupt: () => void,
): Promise<void> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE,
    "grpc.max_send_message_length": MAX_MESSAGE,
  });
  server.addService(service, handlers);
  stopWithEngine(onInterrupt);
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
 */
function stopWithEngine(onInterrupt: () => void): void {
  process.on("SIGINT", () => {
    onInterrupt();
    // Not the server's own shutdown: that waits for the engine to close its connection, too.
    underWay.whenIdle = () => process.exit(0);
    underWay.settle();
  });
  const abandoned = (): void => {
    onInterrupt();
    process.exit(0);
  };
  process.stdin.on("end", abandoned);
  process.stdin.on("error", abandoned);
  process.stdin.resume();
}

/** The engine's address: the last argument, after any flags and their values. */
export function engineAddress(args: readonly string[]): string | undefined {
  return args.findLast((argument) => !argument.startsWith("-"));
}
