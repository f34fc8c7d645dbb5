/** What breaks when there is more than one of something, or what breaks in any pod. */
export interface LocalState {
  /** Package that is known for it. */
  readonly requirement: RegExp;
  /** Package with which it does not break. */
  readonly unless?: RegExp;
  /** From when on: more than one process of `web`, or more than one replica. */
  readonly from: "processes" | "replicas";
  /** What users see then. */
  readonly consequence: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Whether a Redis that the app knows of is taken for the remedy. */
  readonly isSolvedByRedis: boolean;
  /**
   * What is wrong at any number unless the stack makes folders writable, since the root file system
   * is read-only.
   */
  readonly always?: string;
  /** Variable that leads it to a place where it can write. */
  readonly ledBy?: string;
  readonly source: string;
}

export const STORE = "REDIS_URL";
const IN_REDIS = `keep it in Redis, and set ${STORE}`;
const name = (text: string) => new RegExp(`^(?:${text})(?![a-z0-9-])`);

/** What is known to break, a sentence and a source each. */
export const LOCAL_STATE: readonly LocalState[] = [
  {
    requirement: /^(dash\[[^\]]*diskcache[^\]]*\]|diskcache(?![a-z0-9-]))/,
    from: "processes",
    consequence:
      "a background callback that one of them runs is unknown to the others: its result may never come",
    remedy: "keep it in Redis (CeleryManager)",
    isSolvedByRedis: false,
    always:
      'diskcache.Cache("./cache") ends the app at its start, since the container\'s root file system is read-only: write diskcache.Cache("/tmp/cache"), or name the folder in dash-scale:app.writable',
    source: "https://dash.plotly.com/background-callbacks",
  },
  {
    requirement: name("flask-caching"),
    from: "processes",
    consequence:
      "with its simple or file cache each has a cache of its own: users see old and new values in turn",
    remedy: IN_REDIS,
    isSolvedByRedis: true,
    source: "https://flask-caching.readthedocs.io/en/latest/#built-in-cache-backends",
  },
  {
    requirement: name("dash-extensions"),
    from: "processes",
    consequence: "with its server-side outputs in files, callbacks miss the data of others",
    remedy: IN_REDIS,
    isSolvedByRedis: true,
    source: "https://github.com/emilhe/dash-extensions/blob/master/dash_extensions/enrich.py",
  },
  {
    requirement: name("flask-session"),
    from: "processes",
    consequence:
      "with sessions in files, what one has stored the others do not find: users are logged out at random",
    remedy: IN_REDIS,
    isSolvedByRedis: true,
    source: "https://flask-session.readthedocs.io/en/latest/config.html",
  },
  {
    requirement: name("(?:flask-|django-)?apscheduler"),
    from: "processes",
    consequence: "each of them runs every job of APScheduler",
    remedy: 'start the scheduler in a process type of its own, such as "clock", with one replica',
    isSolvedByRedis: false,
    source:
      "https://apscheduler.readthedocs.io/en/3.x/faq.html#how-do-i-share-a-single-job-store-among-one-or-more-worker-processes",
  },
  {
    requirement: name("chainlit"),
    from: "replicas",
    consequence: "uploads of a session are in the files of one of them",
    remedy: "have the ingress or gateway keep a client on its replica (a cookie)",
    isSolvedByRedis: false,
    always:
      "Chainlit makes its folders .files and .chainlit beside the code and ends at its start, since the container's root file system is read-only: set CHAINLIT_APP_ROOT: /tmp in dash-scale:app.env, where its settings are looked for, too, or name both folders in dash-scale:app.writable",
    ledBy: "CHAINLIT_APP_ROOT",
    source: "https://github.com/Chainlit/chainlit (backend/chainlit/config.py)",
  },
  {
    requirement: name("dash-uploader"),
    from: "replicas",
    consequence:
      "the chunks of one upload reach different replicas, none of which gets the whole file",
    remedy: "upload to object storage, or run one replica",
    isSolvedByRedis: false,
    source: "https://github.com/fohrloop/dash-uploader",
  },
  {
    requirement: name("(?:flask-socketio|python-socketio|python-engineio)"),
    from: "processes",
    consequence:
      "a client's requests have to reach the process that it began with, and messages of one process do not reach clients of others",
    remedy:
      "use WebSockets only (transports: ['websocket']) with a message_queue, one worker in each replica, or run one replica",
    isSolvedByRedis: false,
    source:
      "https://flask-socketio.readthedocs.io/en/latest/deployment.html#using-multiple-workers",
  },
  {
    requirement: name("(?:flask-limiter|slowapi)"),
    from: "processes",
    consequence:
      "with its counts in memory each of them allows as many requests as all together should",
    remedy: IN_REDIS,
    isSolvedByRedis: true,
    source: "https://flask-limiter.readthedocs.io/en/stable/#configuring-a-storage-backend",
  },
  {
    requirement: name("channels"),
    unless: name("channels-(?:redis|rabbitmq|postgres|valkey)"),
    from: "processes",
    consequence: "with a channel layer in memory, messages of one do not reach clients of others",
    remedy: "use channels-redis",
    isSolvedByRedis: false,
    source: "https://channels.readthedocs.io/en/stable/topics/channel_layers.html",
  },
];

/** Frameworks that keep the session of a user in the memory of one process. */
export const SESSIONS_IN_MEMORY: ReadonlyMap<string, string> = new Map([
  [
    "Streamlit",
    "https://docs.streamlit.io/develop/concepts/architecture/architecture#streamlit-architecture-considerations-when-designing-apps",
  ],
  ["Bokeh", "https://docs.bokeh.org/en/latest/docs/user_guide/server/deploy.html#load-balancing"],
  ["Chainlit", "https://docs.chainlit.io/deploy/overview"],
  ["Gradio", "https://github.com/gradio-app/gradio/issues/11431"],
  ["NiceGUI", "https://github.com/zauberzeug/nicegui/discussions/1539"],
  ["Shiny", "https://shiny.posit.co/py/docs/deploy-on-prem.html"],
  ["Solara", "https://solara.dev/docs/understanding/solara-server"],
  ["Voila", "https://voila.readthedocs.io/en/stable/deploy.html"],
  ["Panel", "https://panel.holoviz.org/how_to/concurrency/load_balancing.html"],
]);
