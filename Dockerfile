# The application for docker-compose.yml: styles are built in a stage of their own, so that Node stays out.
FROM node:24-slim AS styles
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=optional
COPY static/scss static/scss
RUN npm run build \
    && mkdir -p static/build/nhsuk \
    && cp -r node_modules/nhsuk-frontend/dist/nhsuk/assets static/build/nhsuk/assets \
    && cp node_modules/nhsuk-frontend/dist/nhsuk/nhsuk-frontend.min.js static/build/nhsuk/

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VAR_DIR=/srv/var MEDIA_ROOT=/srv/uploads
WORKDIR /srv/app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
COPY --from=styles /build/static/build static/build
RUN useradd --system --create-home planning \
    && mkdir -p /srv/var /srv/uploads \
    && SECRET_KEY=only-for-collecting-static-files python manage.py collectstatic --noinput -v 0 \
    && chown -R planning /srv/var /srv/uploads
USER planning
EXPOSE 8000
CMD ["gunicorn", "planning.config.wsgi", "--bind", "0.0.0.0:8000", "--no-control-socket", "--workers", "3", "--threads", "4"]
