# One image per service, and one for the gateway: docker build --build-arg SERVICE=sales -t mostrador/sales:0.1.0 .
# An image contains libs/ and that part only. Web process and worker use one image with two commands:
#   python -m services.sales.main | python -m services.sales.worker
# The image `migrations` has what only the owner of tables needs, for all services:
#   python -m libs.common.db.migrate sales upgrade | python -m services.analytics.rebuild
ARG SERVICE
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS packages
ENV PIP_CACHE_DIR=/pip-cache
WORKDIR /build
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends binutils
RUN python -m venv /venv
COPY requirements/runtime.txt requirements/migrations.txt ./

# Some wheels come with debug symbols, which are a third of all that is compiled in the packages.
FROM packages AS venv
RUN --mount=type=cache,target=/pip-cache \
    /venv/bin/python -m pip install --disable-pip-version-check --require-hashes -r runtime.txt \
    && /venv/bin/python -m pip uninstall --yes pip \
    && find /venv -name '*.so' -exec strip --strip-unneeded {} +

FROM packages AS migrations-venv
RUN --mount=type=cache,target=/pip-cache \
    /venv/bin/python -m pip install --disable-pip-version-check --require-hashes -r migrations.txt \
    && /venv/bin/python -m pip uninstall --yes pip \
    && find /venv -name '*.so' -exec strip --strip-unneeded {} +

FROM ${PYTHON_IMAGE} AS sources
WORKDIR /app
COPY libs libs
COPY services services
COPY gateway gateway
COPY docs docs
COPY web web
# Containers have a read-only file system, so the sources are compiled to bytecode here.
RUN python -m compileall -q --invalidation-mode unchecked-hash .

FROM ${PYTHON_IMAGE} AS base
RUN groupadd --system --gid 10001 mostrador \
    && useradd --system --uid 10001 --gid mostrador --no-create-home --shell /usr/sbin/nologin mostrador
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY --from=sources /app/libs libs
COPY --from=sources /app/services/__init__.py services/__init__.py
USER 10001:10001

FROM base AS migrations
COPY --from=migrations-venv /venv /venv
COPY --from=sources /app/services services
CMD ["python", "-m", "libs.common.db.migrate", "--help"]

FROM base AS runtime
COPY --from=venv /venv /venv
EXPOSE 8000

FROM runtime AS auth
COPY --from=sources /app/services/auth services/auth
CMD ["python", "-m", "services.auth.main"]

FROM runtime AS catalog
COPY --from=sources /app/services/catalog services/catalog
CMD ["python", "-m", "services.catalog.main"]

FROM runtime AS sales
COPY --from=sources /app/services/sales services/sales
CMD ["python", "-m", "services.sales.main"]

FROM runtime AS customers
COPY --from=sources /app/services/customers services/customers
CMD ["python", "-m", "services.customers.main"]

FROM runtime AS analytics
COPY --from=sources /app/services/analytics services/analytics
CMD ["python", "-m", "services.analytics.main"]

FROM runtime AS chatbot
COPY --from=sources /app/services/chatbot services/chatbot
CMD ["python", "-m", "services.chatbot.main"]

FROM runtime AS gateway
COPY --from=sources /app/gateway gateway
COPY --from=sources /app/docs docs
COPY --from=sources /app/web web
CMD ["python", "-m", "gateway.main"]

FROM ${SERVICE}
