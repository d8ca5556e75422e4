# Two images: `trambot`, every process of the product, and `caddy`, the door in front of them.

FROM python:3.13-slim AS built
WORKDIR /build
RUN python -m venv /opt/trambot-build && python -m venv --without-pip /opt/trambot
# What the product needs: exactly what is locked, as wheels, so that nothing is compiled here or later.
COPY lock/build.txt lock/run.txt ./
RUN /opt/trambot-build/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r build.txt \
    && pip --python /opt/trambot/bin/python install --no-cache-dir --require-hashes --only-binary :all: -r run.txt
# The product itself, built with the locked tools.
COPY pyproject.toml README.md ./
COPY api api
COPY bot bot
COPY conversations conversations
COPY models models
COPY simulator simulator
COPY trambot trambot
RUN /opt/trambot-build/bin/pip wheel --no-cache-dir --no-build-isolation --no-deps --wheel-dir wheels . \
    && pip --python /opt/trambot/bin/python install --no-cache-dir --no-index --no-deps wheels/*.whl \
    && python -m compileall -q /opt/trambot/lib

FROM python:3.13-slim AS trambot
RUN pip uninstall --yes --quiet --root-user-action=ignore pip \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin trambot
COPY --from=built /opt/trambot /opt/trambot
ENV PATH=/opt/trambot/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001:10001
ENTRYPOINT ["trambot"]
CMD ["--help"]

FROM caddy:2.11.4-alpine AS caddy
# A user of its own with a folder for the certificates. The ports in the Caddyfile need no capability, and a program
# that asks for one does not start where all are dropped.
RUN setcap -r /usr/bin/caddy && install -d -o 10002 -g 10002 -m 0700 /var/lib/caddy
ENV XDG_DATA_HOME=/var/lib/caddy XDG_CONFIG_HOME=/tmp
USER 10002:10002
