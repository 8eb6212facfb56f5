package dev.sluice.bench.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CountersTest {
    @Test
    void readsWhatVllmAndItsSimulatorsCount() {
        Counters vllm = Counters.read("""
                # TYPE vllm:prefix_cache_queries_total counter
                vllm:prefix_cache_queries_total{engine="0",model_name="m"} 1000.0
                vllm:prefix_cache_hits_total{engine="0",model_name="m"} 250.0
                vllm:prompt_tokens_total{engine="0",model_name="m"} 1e+03
                vllm:request_success_total{engine="0",finished_reason="stop"} 3.0
                vllm:request_success_total{engine="0",finished_reason="length"} 4.0
                """);
        assertThat(vllm).isEqualTo(new Counters(1_000, 250, 1_000, 7));
        Counters simulator = Counters.read("""
                vllm:prefix_cache_hits{model_name="tiny"} 1200
                vllm:prefix_cache_queries{model_name="tiny"} 1600
                """);
        assertThat(simulator.hitRatio()).isEqualTo(0.75);
        assertThat(simulator.answered()).isNaN();
    }

    @Test
    void aTurnIsWhatWasCountedSince() {
        Counters turn = new Counters(100, 50, 100, 5).since(new Counters(60, 20, 60, 1));
        assertThat(turn).isEqualTo(new Counters(40, 30, 40, 4));
        assertThat(new Counters(8, 4, 8, 1).since(Counters.read(""))).isEqualTo(new Counters(8, 4, 8, 1));
        assertThat(Counters.sum(List.of(turn, turn)).hitRatio()).isEqualTo(0.75);
    }

    @Test
    void readsHowWrongThePickerPredicted() {
        assertThat(Learnt.errors("""
                # TYPE sluice_prediction_error gauge
                sluice_prediction_error{accelerator="",time="step"} 0.12
                sluice_requests_total{pool="a"} 3
                """))
                .containsOnlyKeys("accelerator=\"\",time=\"step\"")
                .containsValue(0.12);
    }
}
