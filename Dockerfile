# testimonio in a container: with ffmpeg, Apertium and Whisper weights inside, it needs no network to run.
#
#   docker build -t testimonio .
#   docker run --rm --network none --read-only --tmpfs /tmp --user "$(id -u):$(id -g)" -v "$PWD/my-film:/film" testimonio run
#
# The film folder is /film, and the only place that is written to beside /tmp. Any user may run it; by default it is `testimonio`.

FROM python:3.11-slim-bookworm AS build
WORKDIR /source
# The weights first: they change seldom, and everything below them is built again when the source changes.
COPY scripts/get-weights scripts/get-weights
RUN TESTIMONIO_MODELS=/models scripts/get-weights
COPY . .
RUN python3 -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends ffmpeg apertium apertium-eng-spa \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 1000 testimonio
COPY --from=build /wheels /wheels
RUN python3 -m pip install --no-cache-dir /wheels/*.whl && rm -r /wheels
COPY --from=build /models /opt/testimonio/models
ENV TESTIMONIO_MODELS=/opt/testimonio/models HOME=/tmp PYTHONUNBUFFERED=1
USER testimonio
WORKDIR /film
VOLUME /film
ENTRYPOINT ["testimonio"]
CMD ["run"]
