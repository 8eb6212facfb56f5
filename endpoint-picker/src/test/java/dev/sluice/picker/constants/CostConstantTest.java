package dev.sluice.picker.constants;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CostConstantTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/sluice/picker");
    private static final Path PAGE = Path.of("../docs/COST_CONSTANTS.md");

    /// What these packages know of the cost model.
    private static final List<String> PACKAGES = List.of("cost", "pricing", "scheduling");

    /// A number with a name of its own.
    private static final Pattern NUMBER =
            Pattern.compile("static final (?:double|float|long|int) (\\w+) =\\s*(?:-?[0-9]|TimeUnit|Duration)");

    /// Units, sizes of memory and positions, which are no numbers of the model.
    private static final Set<String> OTHER_NUMBERS = Set.of(
            "MILLIS_PER_NANO",
            "SIZE",
            "LEAST_ENDPOINTS",
            "SLOWDOWN",
            "STALL",
            "MAX_MODELS",
            "MOST_OPEN_SPANS",
            "BILLION",
            "TERA",
            "GIGA",
            "PAIRS",
            "TOKENS",
            "MILLIS_PER_SECOND",
            "MILLIONS_PER_BILLION",
            "NUMBERS_OF_A_LINE",
            "PICKED_ENDPOINTS");

    @Test
    void eachConstantSaysWhatItIsAndLiesInItsRange() {
        for (Class<?> group : ConstantsPage.GROUPS) {
            assertThat(Arrays.stream(group.getDeclaredFields())
                            .filter(field -> Modifier.isPublic(field.getModifiers())))
                    .isNotEmpty()
                    .allSatisfy(field -> {
                        CostConstant constant = field.getAnnotation(CostConstant.class);
                        assertThat(constant)
                                .as("%s has no @CostConstant", field)
                                .isNotNull();
                        assertThat(((Number) field.get(null)).doubleValue())
                                .as(field.getName())
                                .isBetween(constant.least(), constant.most());
                        assertThat(constant.meaning())
                                .as(field.getName())
                                .isNotBlank()
                                .doesNotEndWith(".");
                        assertThat(constant.source())
                                .as(field.getName())
                                .isNotBlank()
                                .doesNotEndWith(".");
                    });
        }
    }

    @Test
    void noNumberOfTheModelStandsElsewhere() throws IOException {
        Set<String> found = new TreeSet<>();
        for (String each : PACKAGES) {
            try (Stream<Path> files = Files.walk(SOURCES.resolve(each))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    NUMBER.matcher(Files.readString(file))
                            .results()
                            .map(match -> match.group(1))
                            .filter(name -> !OTHER_NUMBERS.contains(name))
                            .forEach(name -> found.add(file + ": " + name));
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void thePageListsThemAll() throws IOException {
        String page = Files.readString(PAGE);
        String generated = ConstantsPage.filledIn(page);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, generated);
        }
        assertThat(Files.readString(PAGE))
                .as("%s differs; run mvn -pl endpoint-picker -am test -Dtest=CostConstantTest -Dgolden.update", PAGE)
                .isEqualTo(generated);
    }
}
