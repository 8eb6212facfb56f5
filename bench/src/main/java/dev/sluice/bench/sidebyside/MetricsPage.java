package dev.sluice.bench.sidebyside;

import dev.sluice.simulator.engine.Engine;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.Profile;
import dev.sluice.simulator.metrics.VllmMetrics;
import java.nio.charset.StandardCharsets;

/// The metrics that a backend shows: vLLM's page, rendered once, with two figures that change.
///
/// They change so that no reader can take one page for the next.
final class MetricsPage {
    private static final String RUNNING = "vllm:num_requests_running{";
    private static final String GENERATED = "vllm:generation_tokens_total{";

    private final String beforeRunning;
    private final String beforeGenerated;
    private final String rest;

    MetricsPage() {
        EngineConfig config = EngineConfig.of(Profile.H100_8B);
        byte[] bytes =
                new VllmMetrics(Conversations.MODEL, config, 1_767_225_600).render(new Engine(config), 1_767_229_200);
        String page = new String(bytes, StandardCharsets.UTF_8);
        int running = valueOf(page, RUNNING);
        int generated = valueOf(page, GENERATED);
        this.beforeRunning = page.substring(0, running);
        this.beforeGenerated = page.substring(page.indexOf('\n', running), generated);
        this.rest = page.substring(page.indexOf('\n', generated));
    }

    Answer answer(int running, long generated) {
        return Answer.of(
                200,
                "text/plain; version=1.0.0; charset=utf-8",
                beforeRunning + running + ".0" + beforeGenerated + generated + ".0" + rest);
    }

    private static int valueOf(String page, String series) {
        int at = page.indexOf(series);
        if (at < 0) {
            throw new IllegalStateException("the page shows no " + series);
        }
        return page.indexOf("} ", at) + 2;
    }
}
