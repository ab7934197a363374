# Quoth in a container: not root, and nothing can be written but /quoth/var. docs/serving.md says how to run it.
FROM python:3.11-slim
RUN useradd --uid 10001 --home-dir /tmp --no-create-home --shell /usr/sbin/nologin quoth
WORKDIR /quoth
COPY requirements.txt .
RUN python -m pip install --no-cache-dir -r requirements.txt
COPY app.py LICENSE README.md ./
COPY index index
COPY qa qa
COPY seeds seeds
RUN python -m compileall -q app.py index qa && mkdir var && chown quoth var
USER quoth
ENV HOME=/tmp PYTHONUNBUFFERED=1
VOLUME /quoth/var
EXPOSE 7860
HEALTHCHECK --start-period=2m CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/health')"]
ENTRYPOINT ["python", "app.py", "--host", "0.0.0.0"]
CMD ["--articles", "seeds"]
