package dev.sluice.picker.cost;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The figures of `published-rates.yaml`: measurements, data sheets of accelerators and shapes of models.
record PublishedFigures(List<MeasuredRates> measured, List<AcceleratorSpec> accelerators, List<ModelShape> models) {
    private static final String FILE = "published-rates.yaml";
    private static final int NUMBERS_OF_A_LINE = 3;

    PublishedFigures {
        measured = List.copyOf(measured);
        accelerators = List.copyOf(accelerators);
        models = List.copyOf(models);
        distinct("accelerators", accelerators.stream().map(AcceleratorSpec::name));
        distinct("models", models.stream().map(ModelShape::name));
        accelerators.forEach(PublishedFigures::check);
        models.forEach(PublishedFigures::check);
        for (MeasuredRates row : measured) {
            check(row, accelerators, models);
        }
    }

    /// The figures that come with the picker.
    static PublishedFigures bundled() {
        try (InputStream from = PublishedFigures.class.getResourceAsStream(FILE)) {
            if (from == null) {
                throw new IllegalStateException(FILE + " is missing from the picker's jar. Build the picker anew.");
            }
            return read(from);
        } catch (IOException unreadable) {
            throw new IllegalStateException(FILE + " cannot be read. Build the picker anew.", unreadable);
        }
    }

    /// @throws IOException where it is no YAML or a field is missing, unknown or of another kind
    /// @throws IllegalArgumentException where a figure cannot be
    static PublishedFigures read(InputStream yaml) throws IOException {
        return new ObjectMapper(new YAMLFactory())
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .readValue(yaml, PublishedFigures.class);
    }

    AcceleratorSpec accelerator(String name) {
        return accelerators.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        FILE + ": no accelerator is named '" + name + "'. Add it to `accelerators`."));
    }

    ModelShape model(String name) {
        return models.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(FILE + ": no model is named '" + name + "'. Add it to `models`."));
    }

    private static void check(AcceleratorSpec spec) {
        String of = "accelerator " + spec.name() + ": ";
        named(of, spec.name(), spec.source());
        positive(of + "teraflops", spec.teraflops());
        positive(of + "gigabytesPerSecond", spec.gigabytesPerSecond());
        positive(of + "memoryGigabytes", spec.memoryGigabytes());
        if (spec.words().isEmpty() || spec.words().stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException(FILE + ": " + of
                    + "`words` is empty, so no product would be taken for it. Name at least one word.");
        }
    }

    private static void check(ModelShape shape) {
        String of = "model " + shape.name() + ": ";
        named(of, shape.name(), shape.source());
        positive(of + "parameters.total", shape.parameters().total());
        positive(of + "parameters.active", shape.parameters().active());
        positive(of + "attention.layers", shape.attention().layers());
        positive(of + "attention.hidden", shape.attention().hidden());
        positive(of + "attention.kvBytesPerToken", shape.attention().kvBytesPerToken());
        if (shape.parameters().active() > shape.parameters().total()) {
            throw new IllegalArgumentException("%s: %sparameters.active is %s and total %s. Swap them."
                    .formatted(
                            FILE,
                            of,
                            shape.parameters().active(),
                            shape.parameters().total()));
        }
    }

    private static void check(MeasuredRates row, List<AcceleratorSpec> accelerators, List<ModelShape> models) {
        String of = "measured " + row.accelerator() + " " + row.model() + ": ";
        positive(of + "accelerators", row.accelerators());
        for (List<Double> numbers : List.of(row.prefill(), row.step())) {
            if (numbers.size() != NUMBERS_OF_A_LINE) {
                throw new IllegalArgumentException(
                        "%s: %s%s has %d numbers. Give three: base, linear, quadratic or context."
                                .formatted(FILE, of, numbers, numbers.size()));
            }
            numbers.forEach(each -> positive(of + numbers, each));
        }
        if (accelerators.stream().noneMatch(each -> each.name().equals(row.accelerator()))
                || models.stream().noneMatch(each -> each.name().equals(row.model()))) {
            throw new IllegalArgumentException(
                    FILE + ": " + of + "the accelerator or the model is not listed. Add it, or correct its name.");
        }
    }

    private static void named(String of, String name, String source) {
        if (name.isBlank() || source.isBlank()) {
            throw new IllegalArgumentException(
                    FILE + ": " + of + "`name` or `source` is empty. Say whose figures they are.");
        }
    }

    private static void distinct(String list, Stream<String> names) {
        Set<String> seen = new HashSet<>();
        names.filter(name -> !seen.add(name)).findFirst().ifPresent(twice -> {
            throw new IllegalArgumentException(
                    "%s: %s lists %s twice. Remove one of them.".formatted(FILE, list, twice));
        });
    }

    private static void positive(String what, double value) {
        if (!(value > 0) || value == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "%s: %s is %s, and must be a number above 0. Put in the figure of its source."
                            .formatted(FILE, what, value));
        }
    }
}
