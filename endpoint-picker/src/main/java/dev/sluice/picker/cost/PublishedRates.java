package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.HardwareConstants.SAME_SIZE;
import static dev.sluice.picker.constants.HardwareConstants.SHARE_OF_MEMORY;
import static dev.sluice.picker.constants.RateConstants.HOST_STEP_MILLIS;

import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.ModelSize;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The rates that learning starts from, of any hardware: measured ones, or what its data sheet lets expect.
///
/// Where measurements of the accelerator were published, they count as they are at the measured points and
/// between them. Beyond, the nearest of them is moved along the [Roofline] to the model's size and the number
/// of accelerators. Else the roofline alone tells. Example: a 405B model on 16 H100 has the rates of the 70B
/// model on eight, each moved by the ratio of what arithmetic or bandwidth allow for both.
final class PublishedRates {
    /// The accelerator that unknown hardware is taken for.
    private static final String USUAL_ACCELERATOR = "H100";

    private static final String USUAL_MODEL = "8B";
    private static final double GIGA = 1e9;

    private static final PublishedRates BUNDLED = new PublishedRates(PublishedFigures.bundled());

    private final PublishedFigures figures;

    PublishedRates(PublishedFigures figures) {
        this.figures = figures;
        figures.accelerator(USUAL_ACCELERATOR);
        figures.model(USUAL_MODEL);
    }

    /// The rates of the file that comes with the picker, which is read once.
    static PublishedRates bundled() {
        return BUNDLED;
    }

    /// Enough was published of the hardware to believe it: its accelerator is known, and its model's size or
    /// a measurement of another one there.
    boolean has(Hardware hardware) {
        return accelerator(hardware)
                .filter(known -> isMeasured(known) || model(hardware.model()).isPresent())
                .isPresent();
    }

    /// The rates of this hardware as far as figures tell: an H100 where the accelerator is not known, an 8B
    /// model on one accelerator where the model's size is not.
    Rates nearest(Hardware hardware) {
        AcceleratorSpec spec = accelerator(hardware).orElseGet(() -> figures.accelerator(USUAL_ACCELERATOR));
        Optional<ServedModel> told = model(hardware.model());
        ServedModel model = told.orElseGet(this::usual);
        int accelerators = told.isEmpty() ? 1 : accelerators(spec, model, hardware.accelerators());
        return between(spec, model, accelerators)
                .map(row -> moved(row, Roofline.of(spec, row.accelerators(), measured(row))))
                .orElseGet(() -> expected(spec, model, accelerators))
                .rates(HOST_STEP_MILLIS);
    }

    private Roofline expected(AcceleratorSpec spec, ServedModel model, int accelerators) {
        Roofline roofline = Roofline.of(spec, accelerators, model);
        return rows(spec)
                .min(Comparator.comparingDouble(row -> distance(row, accelerators, model)))
                .map(row -> moved(row, roofline))
                .orElse(roofline);
    }

    /// The smaller of two measurements of the chip that a model lies between, by its size and by its weights
    /// for each accelerator. It counts as it is: moved along the roofline it made the first tokens of the
    /// lab's W4, a 32B model on two H100, 5 % later at the 90th percentile.
    private Optional<MeasuredRates> between(AcceleratorSpec spec, ServedModel model, int accelerators) {
        double each = model.weightBytes() / accelerators;
        boolean isBelowAnother = rows(spec)
                .anyMatch(row ->
                        isSmaller(model, measured(row)) && each <= measured(row).weightBytes() / row.accelerators());
        return rows(spec)
                .filter(row -> isBelowAnother && isSmaller(measured(row), model))
                .filter(row -> each >= measured(row).weightBytes() / row.accelerators())
                .max(Comparator.comparingDouble(row -> measured(row).weightBytes()));
    }

    /// A dense model is smaller than another one, by more than rounding.
    private static boolean isSmaller(ServedModel one, ServedModel other) {
        return one.parameters().total() < other.parameters().total()
                && one.isDense()
                && other.isDense()
                && !isSame(one.parameters(), other.parameters());
    }

    private Stream<MeasuredRates> rows(AcceleratorSpec spec) {
        return figures.measured().stream().filter(row -> spec.isLike(row.accelerator()));
    }

    /// A measurement on its own roofline, moved to another one.
    private Roofline moved(MeasuredRates row, Roofline to) {
        AcceleratorSpec spec = figures.accelerator(row.accelerator());
        return Roofline.of(spec, row.accelerators(), measured(row)).moved(row, to);
    }

    private ServedModel measured(MeasuredRates row) {
        ModelShape shape = figures.model(row.model());
        return new ServedModel(shape.parameters(), shape.attention(), 2);
    }

    private double distance(MeasuredRates row, int accelerators, ServedModel model) {
        return figures.model(row.model()).parameters().distance(model.parameters())
                + Math.abs(Math.log((double) accelerators / row.accelerators()));
    }

    /// The number of accelerators that share the model: as told, where the weights leave space for KV cache
    /// there. Labels do not tell it, so a model that is too large is presumed to be on as many as a
    /// measurement of its size was, or on the fewest that hold it.
    private int accelerators(AcceleratorSpec spec, ServedModel model, int told) {
        int fewest = fewest(spec, model);
        if (told >= fewest) {
            return told;
        }
        return rows(spec)
                .filter(row -> row.accelerators() >= fewest)
                .filter(row -> isSame(figures.model(row.model()).parameters(), model.parameters()))
                .mapToInt(MeasuredRates::accelerators)
                .min()
                .orElse(fewest);
    }

    /// A power of two, for engines split a model evenly.
    private static int fewest(AcceleratorSpec spec, ServedModel model) {
        int accelerators = 1;
        while (model.weightBytes() > SHARE_OF_MEMORY * spec.memoryGigabytes() * GIGA * accelerators) {
            accelerators *= 2;
        }
        return accelerators;
    }

    private boolean isMeasured(AcceleratorSpec spec) {
        return rows(spec).findAny().isPresent();
    }

    private Optional<AcceleratorSpec> accelerator(Hardware hardware) {
        Set<String> words = AcceleratorSpec.words(hardware.accelerator());
        return figures.accelerators().stream()
                .filter(each -> each.isNamedBy(words))
                .findFirst();
    }

    /// The model by its name: by parts of names that are listed, else by the size that the name tells.
    private Optional<ServedModel> model(String name) {
        double bytes = ServedModel.bytesPerParameter(name);
        return figures.models().stream()
                .filter(shape -> shape.isNamedBy(name))
                .findFirst()
                .map(shape -> new ServedModel(shape.parameters(), shape.attention(), bytes))
                .or(() -> ModelSize.ofName(name).map(size -> like(size, bytes)));
    }

    /// A model with the nearest shape; with its very size where the two differ by rounding.
    private ServedModel like(ModelSize size, double bytes) {
        ModelShape nearest = figures.models().stream()
                .min(Comparator.comparingDouble(shape -> shape.parameters().distance(size)))
                .orElseThrow();
        boolean same = isSame(nearest.parameters(), size);
        return new ServedModel(same ? nearest.parameters() : size, nearest.attention(), bytes);
    }

    private static boolean isSame(ModelSize one, ModelSize other) {
        return one.distance(other) <= SAME_SIZE;
    }

    private ServedModel usual() {
        ModelShape shape = figures.model(USUAL_MODEL);
        return new ServedModel(shape.parameters(), shape.attention(), 2);
    }
}
