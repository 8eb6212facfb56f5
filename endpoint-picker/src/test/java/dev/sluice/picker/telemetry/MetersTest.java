package dev.sluice.picker.telemetry;

import static dev.sluice.picker.Fixtures.POOL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.Outcome;
import dev.sluice.picker.model.TokenUsage;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MetersTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Meters meters = new Meters(registry);

    @Test
    void standOnThePageUnderTheirDocumentedNames() {
        meters.answered("chat");
        Runnable left = meters.placed(POOL, TimeUnit.MICROSECONDS.toNanos(30));
        meters.placed(POOL, TimeUnit.MICROSECONDS.toNanos(30));
        left.run();
        meters.ended(POOL, "chat", Outcome.COMPLETED, TimeUnit.SECONDS.toNanos(2));
        meters.firstToken(POOL, "chat", TimeUnit.MILLISECONDS.toNanos(40));
        meters.engineFirstTokens(POOL, "llama-8b", 3, TimeUnit.MILLISECONDS.toNanos(70));
        meters.used(POOL, "chat", new TokenUsage(11, 5, TokenUsage.UNKNOWN));
        meters.unpriced(POOL, "api");
        meters.servedElsewhere(POOL);
        meters.responseFault();
        meters.endFault();
        meters.scrapeError(POOL);
        meters.loops().fault("signals");
        meters.watch("sluice.endpoints", this, _ -> 4);
        assertThat(registry.scrape().lines())
                .contains(
                        "sluice_requests_total{model=\"chat\",outcome=\"completed\",pool=\"ml/llama\"} 1.0",
                        "sluice_request_duration_seconds_count{model=\"chat\",pool=\"ml/llama\"} 1",
                        "sluice_request_duration_seconds_sum{model=\"chat\",pool=\"ml/llama\"} 2.0",
                        "sluice_request_duration_seconds_bucket{model=\"chat\",pool=\"ml/llama\",le=\"2.5\"} 1",
                        "sluice_time_to_first_token_seconds_bucket"
                                + "{model=\"chat\",pool=\"ml/llama\",source=\"picker\",le=\"0.02\"} 0",
                        "sluice_time_to_first_token_seconds_bucket"
                                + "{model=\"chat\",pool=\"ml/llama\",source=\"picker\",le=\"0.04\"} 1",
                        "sluice_time_to_first_token_seconds_bucket"
                                + "{model=\"llama-8b\",pool=\"ml/llama\",source=\"engine\",le=\"0.06\"} 0",
                        "sluice_time_to_first_token_seconds_bucket"
                                + "{model=\"llama-8b\",pool=\"ml/llama\",source=\"engine\",le=\"0.08\"} 3",
                        "sluice_time_to_first_token_seconds_sum"
                                + "{model=\"llama-8b\",pool=\"ml/llama\",source=\"engine\"} 0.21",
                        "sluice_prompt_tokens_total{model=\"chat\",pool=\"ml/llama\"} 11.0",
                        "sluice_output_tokens_total{model=\"chat\",pool=\"ml/llama\"} 5.0",
                        "sluice_cached_tokens_total{model=\"chat\",pool=\"ml/llama\"} 0.0",
                        "sluice_decision_seconds_bucket{pool=\"ml/llama\",le=\"2.5E-5\"} 0",
                        "sluice_decision_seconds_bucket{pool=\"ml/llama\",le=\"5.0E-5\"} 2",
                        "sluice_requests_in_flight{pool=\"ml/llama\"} 1.0",
                        "sluice_unpriced_picks_total{pool=\"ml/llama\",reason=\"api\"} 1.0",
                        "sluice_served_elsewhere_total{pool=\"ml/llama\"} 1.0",
                        "sluice_response_faults_total 1.0",
                        "sluice_end_faults_total 1.0",
                        "sluice_scrape_errors_total{pool=\"ml/llama\"} 1.0",
                        "sluice_loop_faults_total{loop=\"signals\"} 1.0",
                        "sluice_endpoints 4.0");
    }

    private double ended(String model) {
        return registry.get("sluice.requests").tag("model", model).counter().count();
    }

    /// Where a pool passes names through, typing errors are placed before an engine says 404.
    @Test
    void typingErrorsTakeNoLabelFromModels() {
        for (int i = 0; i < 1_000; i++) {
            meters.ended(POOL, "typo-" + i, Outcome.ENGINE_ERROR, 1);
        }
        meters.publish(Set.of(new ModelName("published")));
        meters.ended(POOL, "published", Outcome.ENGINE_ERROR, 1);
        meters.answered("real");
        meters.ended(POOL, "real", Outcome.COMPLETED, 1);
        assertThat(ended("published")).isEqualTo(1);
        assertThat(ended("real")).isEqualTo(1);
        assertThat(ended("other")).isEqualTo(1_000);
    }

    /// There are engines that answer whatever the model's name is.
    @Test
    void publishedModelsHaveTheirLabelsWhateverEnginesAnswerTo() {
        for (int i = 0; i < 1_200; i++) {
            meters.answered("invented-" + i);
            meters.ended(POOL, "invented-" + i, Outcome.COMPLETED, 1);
        }
        meters.publish(Set.of(new ModelName("published")));
        meters.ended(POOL, "published", Outcome.COMPLETED, 1);
        meters.objectives().firstToken(POOL, "published", 1, 2);
        assertThat(ended("published")).isEqualTo(1);
        assertThat(registry.get("sluice.requests").counters())
                .as("one of the invented names went with its series")
                .hasSize(1_001);
        assertThat(registry.get("sluice.request.duration").timers()).hasSize(1_001);
        assertThat(registry.get("sluice.objectives").tag("model", "published").counters())
                .hasSize(1);
    }

    @Test
    void namesThatClientsInventShareOneLabel() {
        for (int i = 0; i < 1_200; i++) {
            meters.answered("invented-" + i);
            meters.ended(POOL, "invented-" + i, Outcome.COMPLETED, 1);
        }
        assertThat(registry.get("sluice.requests").counters()).hasSize(1_001);
        assertThat(registry.get("sluice.requests")
                        .tag("model", "other")
                        .counter()
                        .count())
                .isEqualTo(200);
        meters.ended(POOL, "invented-7", Outcome.COMPLETED, 1);
        assertThat(registry.get("sluice.requests")
                        .tag("model", "invented-7")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void targetsBeyondTheBoundShareOneLabelWithTheirModels() {
        for (int i = 0; i < 1_200; i++) {
            meters.targets().ended(POOL, "chat", "target-" + i, Outcome.COMPLETED);
            meters.targets().firstToken(POOL, "chat", "target-" + i, TimeUnit.MILLISECONDS.toNanos(40));
        }
        assertThat(registry.get("sluice.target.requests").counters()).hasSize(1_001);
        assertThat(registry.get("sluice.target.time.to.first.token").timers()).hasSize(1_001);
        assertThat(registry.get("sluice.target.requests")
                        .tags("model", "other", "target", "other")
                        .counter()
                        .count())
                .isEqualTo(200);
        meters.targets().ended(POOL, "chat", "target-7", Outcome.ENGINE_ERROR);
        assertThat(registry.get("sluice.target.requests")
                        .tags("target", "target-7", "outcome", "engine_error")
                        .counter()
                        .count())
                .isEqualTo(1);
    }
}
