package dev.sluice.picker.signals.adapters;

import static dev.sluice.picker.pool.signal.AdapterState.ABSENT;
import static dev.sluice.picker.pool.signal.AdapterState.NOT_SERVING;
import static dev.sluice.picker.pool.signal.AdapterState.SERVING;
import static dev.sluice.picker.pool.signal.AdapterState.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.pool.signal.AdapterState;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdapterEvidenceTest {
    private static final Map<String, ServingStatus> NO_HEALTH = Map.of();

    private static AdapterState sql(Map<String, ServingStatus> health, @Nullable Set<String> models) {
        return new AdapterEvidence(health, models).judge(Set.of("sql", "law")).getOrDefault("sql", UNKNOWN);
    }

    @Test
    void nothingIsKnownOfAServerThatSaysNothing() {
        assertThat(sql(NO_HEALTH, null)).isEqualTo(UNKNOWN);
    }

    @Test
    void theListOfModelsHasItOrHasItNot() {
        assertThat(sql(NO_HEALTH, Set.of("llama", "sql"))).isEqualTo(SERVING);
        assertThat(sql(NO_HEALTH, Set.of("llama"))).isEqualTo(ABSENT);
    }

    @Test
    void aHealthServiceCountsMoreThanTheList() {
        assertThat(sql(Map.of("sql", ServingStatus.NOT_SERVING), Set.of("llama", "sql")))
                .isEqualTo(NOT_SERVING);
        assertThat(sql(Map.of("sql", ServingStatus.SERVING), Set.of("llama"))).isEqualTo(SERVING);
    }

    @Test
    void theListCountsWhereTheHealthServiceDoesNotKnow() {
        Map<String, ServingStatus> base = Map.of("llama", ServingStatus.SERVING, "sql", ServingStatus.SERVICE_UNKNOWN);
        assertThat(sql(base, Set.of("llama", "sql"))).isEqualTo(SERVING);
        assertThat(sql(base, Set.of("llama"))).isEqualTo(ABSENT);
        assertThat(sql(Map.of("sql", ServingStatus.UNKNOWN), Set.of("llama"))).isEqualTo(ABSENT);
    }

    @Test
    void aServerWithAServicePerModelHasNoneThatItDoesNotKnow() {
        assertThat(sql(Map.of("llama", ServingStatus.SERVING, "sql", ServingStatus.SERVICE_UNKNOWN), null))
                .isEqualTo(ABSENT);
        assertThat(sql(Map.of("law", ServingStatus.NOT_SERVING, "sql", ServingStatus.SERVICE_UNKNOWN), null))
                .isEqualTo(ABSENT);
    }

    @Test
    void aServerWithoutServicesPerModelSaysNothing() {
        assertThat(sql(
                        Map.of(
                                "llama",
                                ServingStatus.SERVICE_UNKNOWN,
                                "law",
                                ServingStatus.SERVICE_UNKNOWN,
                                "sql",
                                ServingStatus.SERVICE_UNKNOWN),
                        null))
                .isEqualTo(UNKNOWN);
        assertThat(sql(Map.of("sql", ServingStatus.UNKNOWN), null)).isEqualTo(UNKNOWN);
    }
}
