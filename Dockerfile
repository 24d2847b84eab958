# The service alone; Neo4j is another container (docker-compose.yml). Built from a clone.
FROM python:3.11-slim AS build
WORKDIR /build
COPY requirements-build.lock requirements.lock ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-build.lock \
    && /opt/venv/bin/uv pip install --no-cache --python /opt/venv/bin/python --require-hashes -r requirements.lock

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 customer-graph
COPY --from=build /opt/venv /opt/venv
COPY . /app
WORKDIR /app
RUN /opt/venv/bin/uv pip install --no-cache --python /opt/venv/bin/python --no-deps --no-build-isolation --editable .
USER customer-graph
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CUSTOMER_GRAPH_HOST=0.0.0.0 \
    CUSTOMER_GRAPH_PORT=8000 \
    CUSTOMER_GRAPH_LOG_FORMAT=json
EXPOSE 8000
ENTRYPOINT ["customer-graph"]
CMD ["serve"]
