# syntax=docker/dockerfile:1
# One image, three jobs: web (the default command), worker, beat (docker-compose.yml).

# -- front-end packages ----------------------------------------------------------------------------
FROM docker.io/library/node:22-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

# -- Python packages and static files --------------------------------------------------------------
FROM docker.io/library/python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python3 -m venv /venv
COPY requirements.lock ./
RUN /venv/bin/pip install --require-hashes -r requirements.lock
WORKDIR /app
COPY . .
COPY --from=packages /app/node_modules node_modules
# The values are for this step alone: production settings refuse to load without them.
RUN /venv/bin/python -m jiamusi_foodsafety.kit.assets \
    && DJANGO_SETTINGS_MODULE=jiamusi_foodsafety.settings.base ALLOWED_HOSTS=build \
       SECRET_KEY="$(/venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
       DATABASE_URL=postgresql://build/build REDIS_URL=redis://build \
       /venv/bin/python manage.py collectstatic --no-input \
    && /venv/bin/python -m compileall -q . \
    && rm -rf node_modules static/vendor \
    && chmod -R a+rX /app /venv

# -- what runs -------------------------------------------------------------------------------------
FROM docker.io/library/python:3.11-slim-bookworm
# pg_dump and pg_restore of the server's major version, for manage.py backup and restore.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client-15 tzdata fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin app \
    && install -d -o app -g app -m 700 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 LC_ALL=C.UTF-8 DATA_DIR=/data \
    DJANGO_SETTINGS_MODULE=jiamusi_foodsafety.settings.base
WORKDIR /app
USER app
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s \
    CMD ["python", "-m", "jiamusi_foodsafety.kit.healthcheck"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "8", "--blocking-threads-idle-timeout", "600", \
     "--respawn-failed-workers", "jiamusi_foodsafety.wsgi:application"]
