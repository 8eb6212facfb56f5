package dev.sluice.picker.signals.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusAnswersTest {
    private static java.util.List<PrometheusSample> read(String json) throws IOException {
        return PrometheusSample.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theNewestSampleOfARangeCountsWithItsOwnTime() throws IOException {
        assertThat(read("""
                {"status":"success","data":{"resultType":"matrix","result":[
                 {"metric":{"__name__":"w","pod":"a"},"values":[[1700000000.1,"3"],[1700000001.25,"4"]]},
                 {"metric":{"pod":"b"},"values":[[1700000001,"NaN"]]}]}}
                """))
                .containsExactly(new PrometheusSample(Map.of("__name__", "w", "pod", "a"), 4, 1_700_000_001_250L));
    }

    @Test
    void anInstantVectorHasTheTimeOfTheQuery() throws IOException {
        assertThat(read("""
                {"status":"success","data":{"resultType":"vector","result":[
                 {"metric":{"instance":"10.0.0.1:8000"},"value":[1700000009,"0.5"]}]}}
                """))
                .containsExactly(new PrometheusSample(Map.of("instance", "10.0.0.1:8000"), .5, 1_700_000_009_000L));
    }

    @Test
    void aRefusalSaysWhy() {
        assertThatIOException()
                .isThrownBy(() -> read("{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}"))
                .withMessageContaining("parse error");
        assertThatIOException().isThrownBy(() -> read("<html>"));
        assertThatIOException()
                .isThrownBy(() ->
                        read("{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"2\"]}}"))
                .withMessageContaining("scalar");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vllm:num_requests_waiting",
                " up{job=\"a\"} ",
                "{__name__=~\"vllm:(kv|gpu)_cache_usage_perc\"}",
                "up{a=\"}\\\"{\", b='}'}"
            })
    void aSelectorIsAskedForAsARange(String promQl) {
        assertThat(PrometheusClient.isSelector(promQl)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sum by (pod) (up)", "up + up", "up{a=\"b\"} or up", "up[5m]", "rate(up[1m])", "up{a=\"b\"", ""})
    void anythingElseIsAskedForAsItIs(String promQl) {
        assertThat(PrometheusClient.isSelector(promQl)).isFalse();
    }
}
