"""An app with a Procfile, in a program in Python."""

import pulumi
import pulumi_dash_scale as dash_scale

config = pulumi.Config()
web = config.get_int("web")

shop = dash_scale.App(
    "shop",
    image=config.require("image"),
    procfile={"text": "web: gunicorn index:server --workers 2\nworker: celery -A tasks worker\n"},
    framework=dash_scale.Framework.DASH,
    proxy=dash_scale.Proxy.HAPROXY,
    env={"LOG_LEVEL": "info"},
    secrets={"SECRET_KEY": config.require_secret("secretKey")},
    scale={"web": 2 if web is None else web, "worker": {"replicas": 1, "memory": "1Gi"}},
    guards=dash_scale.GuardSettingsArgs(max_pods=20, scale_down=dash_scale.GuardScaleDown.CONFIRM),
)

# What the next change is compared with.
pulumi.export("shop", shop.outputs)
pulumi.export("url", shop.service_url)
