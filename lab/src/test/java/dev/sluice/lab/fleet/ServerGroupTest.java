package dev.sluice.lab.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.simulator.engine.EngineConfig;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ServerGroupTest {
    private static final String SLOW =
            "{count: 2, kvTokens: 19200, fit: {p0: 10, p1: 0.2, p2: 2, d0: 20, d1: 1, d2: 0.5}";

    @Test
    void slotsAndCacheAreThoseOfTheFile() throws IOException {
        EngineConfig engine =
                read(SLOW + ", setup: {maxSequences: 8, unlabelled: true}}").engine();

        assertThat(engine.scheduler().maxNumSeqs()).isEqualTo(8);
        assertThat(engine.kvBlocks()).isEqualTo(1_200);
        assertThat(engine.scheduler().maxModelLen()).isEqualTo(19_200);
        assertThat(engine.profile().accelerator().product()).isEmpty();
    }

    @Test
    void aServerWithoutLabelsIsAsFastAsOneWithLabels() throws IOException {
        EngineConfig labelled = read("{profile: h100-8b, count: 1}").engine();
        EngineConfig unlabelled =
                read("{profile: h100-8b, count: 1, setup: {unlabelled: true}}").engine();

        assertThat(labelled.profile().accelerator().product()).contains("H100");
        assertThat(unlabelled.profile().accelerator().product()).isEmpty();
        assertThat(unlabelled.withProfile(labelled.profile())).isEqualTo(labelled);
        assertThat(unlabelled.profile().fit()).isEqualTo(labelled.profile().fit());
    }

    @Test
    void theKindOfEngineIsThatOfTheFile() throws IOException {
        ServerGroup group = read(SLOW + ", setup: {engine: parallel-prefill, unlabelled: true}}");

        assertThat(group.setup().engine()).isEqualTo(EngineKind.PARALLEL_PREFILL);
        assertThat(read("{profile: h100-8b, count: 1}").setup().engine()).isEqualTo(EngineKind.CHUNKED_PREFILL);
    }

    @Test
    void whoHasALabelNeedsAnAccelerator() {
        assertThatThrownBy(() -> read(SLOW + "}")).hasMessageContaining("an accelerator unless it is unlabelled");
    }

    private static ServerGroup read(String yaml) throws IOException {
        return new YAMLMapper().readValue(yaml, ServerGroup.class);
    }
}
