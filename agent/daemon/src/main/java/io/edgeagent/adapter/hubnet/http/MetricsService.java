package io.edgeagent.adapter.hubnet.http;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code GET /metrics}, for Prometheus and whoever reads its format. */
final class MetricsService implements HttpService {
    private final HttpCalls.Figures figures;

    MetricsService(HttpCalls.Figures figures) {
        this.figures = figures;
    }

    @Override
    public Optional<HttpAnswer> refuses(HttpRequest request) {
        if (!request.path().equals(List.of("metrics"))) {
            return Optional.of(HttpAnswer.text(404, "look at /metrics\n"));
        }
        return request.method().equals("GET")
                ? Optional.empty()
                : Optional.of(HttpAnswer.text(405, "metrics are read by GET\n"));
    }

    @Override
    public void serve(HttpRequest request, byte[] body, Consumer<HttpAnswer> answer) {
        figures.collect(text -> answer.accept(text.map(known -> new HttpAnswer(200, figures.type(), known))
                .orElseGet(() -> HttpAnswer.text(503, "the figures cannot be collected now\n"))));
    }
}
