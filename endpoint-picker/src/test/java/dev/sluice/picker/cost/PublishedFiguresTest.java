package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.RateConstants.HOST_STEP_MILLIS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.picker.pool.Hardware;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedFiguresTest {
    private static final String ACCELERATOR =
            "{name: H100, words: [[H100]], teraflops: 989, gigabytesPerSecond: 3350, memoryGigabytes: 80, source: s}";
    private static final String MODEL = "{name: 8B, parameters: {total: 8, active: 8}, names: [], source: s,"
            + " attention: {layers: 32, hidden: 4096, kvBytesPerToken: 131072}}";
    private static final String ROW =
            "{accelerator: H100, model: 8B, accelerators: 1, prefill: [1, 1, 1], step: [1, 1, 1]}";

    private final PublishedRates rates = PublishedRates.bundled();

    private static PublishedFigures read(String accelerator, String model, String row) throws IOException {
        String yaml = "{measured: [%s], accelerators: [%s], models: [%s]}".formatted(row, accelerator, model);
        return PublishedFigures.read(new ByteArrayInputStream(yaml.getBytes(UTF_8)));
    }

    private Rates rates(String accelerator, int accelerators, String model) {
        return rates.nearest(new Hardware(accelerator, accelerators, model));
    }

    @ParameterizedTest
    @CsvSource({
        "NVIDIA-H100-80GB-HBM3, H100",
        "NVIDIA H100 80GB HBM3, H100",
        "nvidia-h100-mega-80gb, H100",
        "NVIDIA-H100-PCIe, H100-PCIe",
        "NVIDIA-H100-NVL, H100-NVL",
        "NVIDIA-H200, H200",
        "nvidia-h200-141gb, H200",
        "NVIDIA-GH200-480GB, GH200",
        "NVIDIA-H200-NVL, H200-NVL",
        "NVIDIA-B200, B200",
        "NVIDIA-B300-SXM6-AC, B300",
        "NVIDIA-RTX-A6000, A6000",
        "NVIDIA RTX 6000 Ada Generation, RTX-6000-Ada",
        "NVIDIA GeForce RTX 4090, RTX-4090",
        "NVIDIA H100 80GB HBM3 MIG 3g.40gb, H100",
        "NVIDIA-GB200, B200",
        "NVIDIA-A100-SXM4-80GB, A100",
        "NVIDIA-A100-SXM4-40GB, A100-40GB",
        "nvidia-tesla-a100, A100",
        "nvidia-a100-80gb, A100",
        "NVIDIA-L4, L4",
        "nvidia-l4, L4",
        "NVIDIA-L40, L40",
        "NVIDIA-L40S, L40S",
        "Tesla-T4, T4",
        "nvidia-tesla-t4, T4",
        "NVIDIA-A10, A10",
        "NVIDIA-A10G, A10G",
        "AMD_Instinct_MI300X, MI300X",
        "AMD-Instinct-MI300X-OAM, MI300X",
        "Intel Gaudi 3, Gaudi3",
        "tpu-v5-lite-podslice, TPU-v5e",
        "tpu-v5e, TPU-v5e",
        "tpu-v5p-slice, TPU-v5p",
        "tpu-v6e-slice, TPU-v6e"
    })
    void productsAreKnownByTheNamesThatNodesUse(String product, String name) {
        assertThat(PublishedFigures.bundled().accelerators().stream()
                        .filter(each -> each.isNamedBy(AcceleratorSpec.words(product)))
                        .findFirst())
                .map(AcceleratorSpec::name)
                .hasValue(name);
        assertThat(rates.has(new Hardware(product, 1, "some-8B"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Accelerator-X", "NVIDIA-L400", "T40", "cpu"})
    void otherProductsAreNotTakenForOneOfThem(String product) {
        assertThat(rates.has(new Hardware(product, 1, "some-8B"))).isFalse();
    }

    /// What a picker knew of these before data sheets were read; the lab's workloads run on them.
    @ParameterizedTest
    @CsvSource({
        "NVIDIA H100 80GB HBM3, 1, Llama-3.1-8B, 3.53, .01807, .5787, 6.38, .0131, .04079",
        "NVIDIA H100 80GB HBM3, 1, served-model, 3.53, .01807, .5787, 6.38, .0131, .04079",
        "NVIDIA-H200, 1, Llama-3.1-8B, 2.26, .01881, .5372, 4.91, .0130, .02899",
        "NVIDIA A100-SXM4-80GB, 1, Qwen3-8B, 8.57, .05362, 1.6147, 11.72, .0329, .07948",
        "NVIDIA-L40S, 1, Mistral-7B, 12.64, .05675, 2.7884, 22.12, .0480, .18333",
        "NVIDIA H100 80GB HBM3, 2, Qwen/Qwen3-32B, 3.53, .01807, .5787, 6.38, .0131, .04079",
        "NVIDIA-H100-80GB-HBM3, 1, Llama-3.1-70B, 8.37, .05854, .7494, 15.24, .0325, .02663",
        "NVIDIA-H100-80GB-HBM3, 4, Qwen2.5-72B, 8.37, .05854, .7494, 15.24, .0325, .02663",
        "NVIDIA-H100-80GB-HBM3, 8, Llama-3.1-70B, 7.09, .03836, .2326, 10.05, .0232, .01347",
        "NVIDIA-A100-SXM4-80GB, 4, Llama-3.1-70B, 17.62, .15687, 1.2337, 27.61, .0975, .05987",
        "NVIDIA-H200, 1, Llama-3.1-70B, 6.92, .05711, 1.0173, 12.03, .0334, .01879",
        "'', 1, served-model, 3.53, .01807, .5787, 6.38, .0131, .04079",
        "'', 1, Llama-3.1-70B, 8.37, .05854, .7494, 15.24, .0325, .02663"
    })
    void measurementsWinOverDataSheets(ArgumentsAccessor row) {
        assertThat(rates(row.getString(0), row.getInteger(1), row.getString(2)))
                .isEqualTo(new Rates(
                        row.getDouble(3),
                        row.getDouble(4),
                        row.getDouble(5),
                        row.getDouble(6) + HOST_STEP_MILLIS,
                        row.getDouble(7),
                        row.getDouble(8)));
    }

    /// These start in doubt, as hardware does of which nothing is known.
    @ParameterizedTest
    @CsvSource({"L4, served-model", "NVIDIA-B200, chat", "Accelerator-X, Llama-3.1-8B", "'', Llama-3.1-70B"})
    void whatIsNotToldStaysInDoubt(String accelerator, String model) {
        assertThat(rates.has(new Hardware(accelerator, 1, model))).isFalse();
        assertThat(new RateBook().doubt(new Hardware(accelerator, 1, model))).isEqualTo(1);
    }

    @Test
    void measuredHardwareHasWhatWasMeasured() {
        for (MeasuredRates row : PublishedFigures.bundled().measured()) {
            Rates known = rates("NVIDIA-" + row.accelerator(), row.accelerators(), "Llama-3.1-" + row.model());
            assertThat(List.of(
                            known.prefill().p0(),
                            known.prefill().p1(),
                            known.prefill().p2()))
                    .isEqualTo(row.prefill());
            assertThat(known.step().d0()).isCloseTo(row.step().getFirst() + HOST_STEP_MILLIS, within(1e-9));
            assertThat(List.of(known.step().d1(), known.step().d2()))
                    .isEqualTo(row.step().subList(1, 3));
        }
    }

    @Test
    void dataSheetsComeNearWhatWasMeasured() {
        PublishedFigures figures = PublishedFigures.bundled();
        for (MeasuredRates row : figures.measured()) {
            ModelShape shape = figures.model(row.model());
            Rates expected = Roofline.of(
                            figures.accelerator(row.accelerator()),
                            row.accelerators(),
                            new ServedModel(shape.parameters(), shape.attention(), 2))
                    .rates(0);
            assertThat(expected.prefillMillis(4_096, 0) / prefill(row, 4_096))
                    .as("%s", row)
                    .isBetween(0.7, 1.4);
            assertThat(expected.stepMillis(64, 64_000) / step(row, 64, 64_000))
                    .as("%s", row)
                    .isBetween(0.7, 1.4);
        }
    }

    private static double prefill(MeasuredRates row, double tokens) {
        return row.prefill().get(0)
                + row.prefill().get(1) * tokens
                + row.prefill().get(2) * tokens * tokens * 1e-6;
    }

    private static double step(MeasuredRates row, double batch, double context) {
        return row.step().get(0) + row.step().get(1) * batch + row.step().get(2) * context * 1e-3;
    }

    @ParameterizedTest
    @ValueSource(strings = {"T4", "A10", "L4", "L40S", "A100", "H100", "H200", "B200", "MI300X", "TPU-v5e"})
    void aLargerModelIsSlowerOnEachAccelerator(String accelerator) {
        double prefill = 0;
        double step = 0;
        for (String model : List.of("x-1B", "x-3B", "x-8B", "x-14B", "x-32B", "x-70B", "x-123B", "x-405B")) {
            Rates known = rates(accelerator, 64, model);
            assertThat(known.prefillMillis(8_192, 0)).as(model).isGreaterThan(prefill);
            assertThat(known.stepMillis(32, 64_000)).as(model).isGreaterThan(step);
            prefill = known.prefillMillis(8_192, 0);
            step = known.stepMillis(32, 64_000);
        }
    }

    @Test
    void ratesFollowArithmeticBandwidthAndBytes() {
        assertThat(rates("L4", 1, "x-8B").stepMillis(1, 1_000))
                .isGreaterThan(rates("H100", 1, "x-8B").stepMillis(1, 1_000));
        assertThat(rates("B200", 1, "x-8B").prefillMillis(4_096, 0))
                .isLessThan(rates("H100", 1, "x-8B").prefillMillis(4_096, 0));
        assertThat(rates("H100", 8, "x-70B").stepMillis(1, 1_000))
                .isLessThan(rates("H100", 4, "x-70B").stepMillis(1, 1_000));
        assertThat(rates("H100", 4, "x-70B-FP8").stepMillis(1, 1_000))
                .as("half the bytes")
                .isLessThan(rates("H100", 4, "x-70B").stepMillis(1, 1_000));
        assertThat(rates("H100", 1, "Qwen3-30B-A3B").prefill().p1())
                .as("few parameters are active")
                .isLessThan(rates("H100", 1, "Llama-3.1-8B").prefill().p1());
        assertThat(rates("H100", 4, "gpt-oss-120b").prefill().p1())
                .isLessThan(rates("H100", 4, "x-123B").prefill().p1());
        assertThat(rates("H100", 1, "deepseek-r1-distill-llama-8b")).isEqualTo(rates("H100", 1, "Llama-3.1-8B"));
        assertThat(rates("H100-NVL", 1, "x-8B").stepMillis(1, 1_000))
                .as("more bandwidth than the H100 of the measurements")
                .isLessThan(rates("H100", 1, "x-8B").stepMillis(1, 1_000));
        assertThat(rates("H100-PCIe", 1, "x-8B").stepMillis(1, 1_000))
                .isGreaterThan(rates("H100", 1, "x-8B").stepMillis(1, 1_000));
    }

    @Test
    void aModelThatDoesNotFitIsOnMoreAccelerators() {
        assertThat(rates("NVIDIA-H100-80GB-HBM3", 1, "Llama-3.1-70B"))
                .isEqualTo(rates("NVIDIA-H100-80GB-HBM3", 4, "Llama-3.1-70B"));
    }

    @Test
    void eachModelOfTheFileIsKnownByItsSource() {
        PublishedFigures figures = PublishedFigures.bundled();
        for (ModelShape shape : figures.models()) {
            assertThat(rates("H100", 64, shape.source()))
                    .as("%s", shape)
                    .isEqualTo(rates(
                            "H100",
                            64,
                            shape.names().isEmpty()
                                    ? shape.name()
                                    : shape.names().getFirst()));
        }
    }

    /// The page lists the file, so that a reader sees what a picker starts from.
    @Test
    void thePageListsTheFigures() throws IOException {
        Path page = Path.of("../docs/PUBLISHED_RATES.md");
        String generated = FiguresPage.filledIn(Files.readString(page));
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(page, generated);
        }
        assertThat(Files.readString(page))
                .as(
                        "%s differs; run mvn -pl endpoint-picker -am test -Dtest=PublishedFiguresTest -Dgolden.update",
                        page)
                .isEqualTo(generated);
    }

    @Test
    void wrongFiguresAreRefusedWithWhatToDo() {
        assertThatThrownBy(() -> read(ACCELERATOR.replace("989", "0"), MODEL, ROW))
                .hasStackTraceContaining("accelerator H100: teraflops is 0.0, and must be a number above 0");
        assertThatThrownBy(() -> read(ACCELERATOR.replace("source: s", "source: ''"), MODEL, ROW))
                .hasStackTraceContaining("Say whose figures they are");
        assertThatThrownBy(() -> read(ACCELERATOR + ", " + ACCELERATOR, MODEL, ROW))
                .hasStackTraceContaining("lists H100 twice");
        assertThatThrownBy(() -> read(ACCELERATOR.replace("989", "-989"), MODEL, ROW))
                .hasStackTraceContaining("teraflops is -989.0");
        assertThatThrownBy(() -> read(ACCELERATOR, MODEL, ROW.replace("step: [1, 1, 1]", "step: [1, -1, 1]")))
                .hasStackTraceContaining("must be a number above 0");
        assertThatThrownBy(() -> read(ACCELERATOR.replace("[[H100]]", "[]"), MODEL, ROW))
                .hasStackTraceContaining("`words` is empty");
        assertThatThrownBy(() -> read(ACCELERATOR, MODEL.replace("active: 8", "active: 9"), ROW))
                .hasStackTraceContaining("Swap them");
        assertThatThrownBy(() -> read(ACCELERATOR, MODEL, ROW.replace("H100", "H101")))
                .hasStackTraceContaining("the accelerator or the model is not listed");
        assertThatThrownBy(() -> read(ACCELERATOR, MODEL, ROW.replace("[1, 1, 1]", "[1, 1]")))
                .hasStackTraceContaining("Give three");
        assertThatThrownBy(() -> read(ACCELERATOR.replace("teraflops: 989, ", ""), MODEL, ROW))
                .hasMessageContaining("teraflops");
        assertThatThrownBy(() -> read(ACCELERATOR.replace("source: s", "source: s, colour: 1"), MODEL, ROW))
                .hasMessageContaining("colour");
    }
}
