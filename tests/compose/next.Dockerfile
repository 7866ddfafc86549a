# The next release as far as records go: it writes, and reads, a version that this one does not know.
ARG IMAGE
FROM ${IMAGE}
USER 0
RUN sed -i 's/^RECORD_VERSION = 1$/RECORD_VERSION = 2/' shared/jobs/adapters/redis_record.py \
    && grep -q '^RECORD_VERSION = 2$' shared/jobs/adapters/redis_record.py \
    && python3 -m compileall -q shared
USER 10001:10001
