# An S3 protocol server that a package ships, in the place of the one that the profile s3 names.
FROM python:3.11-slim
RUN python3 -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check 'moto[s3]==5.2.5' flask==3.1.3 flask-cors==6.0.5
