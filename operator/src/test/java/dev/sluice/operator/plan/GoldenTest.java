package dev.sluice.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.cfg.MutableConfigOverride;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.operator.YamlResources;
import dev.sluice.operator.envoy.EnvoyConfig;
import dev.sluice.operator.envoy.XdsYaml;
import dev.sluice.operator.resolve.Resolver;
import dev.sluice.operator.resolve.resources.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The specification of the translation: for each case, what comes in and what must come out.
class GoldenTest {

    private static final Path CASES = Path.of("src/test/resources/plan");

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS))
            .addModule(new SimpleModule()
                    .addSerializer(Plan.Address.class, ToStringSerializer.instance)
                    .addSerializer(Duration.class, ToStringSerializer.instance))
            .withConfigOverride(Plan.Headers.class, unless(Unchanged.class))
            .withConfigOverride(Plan.HeaderChange.class, unless(Unchanged.class))
            .withConfigOverride(Plan.Rewrite.class, unless(Unchanged.class))
            .build();

    /// Equal to what changes nothing, which is left out.
    static final class Unchanged {

        @Override
        public boolean equals(@Nullable Object other) {
            return other == null
                    || other.equals(Plan.Headers.UNCHANGED)
                    || other.equals(Plan.HeaderChange.NONE)
                    || other.equals(Plan.Rewrite.NONE);
        }

        @Override
        public int hashCode() {
            return 0;
        }
    }

    private static Consumer<MutableConfigOverride> unless(Class<?> filter) {
        return override -> override.setInclude(
                JsonInclude.Value.construct(JsonInclude.Include.CUSTOM, JsonInclude.Include.ALWAYS, filter, null));
    }

    static List<String> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void plansAndTranslatesAsWritten(String name) throws IOException {
        Path folder = CASES.resolve(name);
        Plan plan = plan(resources(folder));
        compare(folder.resolve("plan.yaml"), YAML.writeValueAsString(plan));
        compare(
                folder.resolve("xds.yaml"),
                XdsYaml.of(EnvoyConfig.of(plan, settings(), settings().listenHost())));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theOrderOfTheResourcesDoesNotMatter(String name) throws IOException {
        YamlResources resources = resources(CASES.resolve(name));
        Plan plan = plan(resources);
        for (long seed = 0; seed < 20; seed++) {
            assertThat(plan(resources.shuffled(seed))).as("seed %d", seed).isEqualTo(plan);
        }
    }

    private static YamlResources resources(Path folder) throws IOException {
        return YamlResources.parse(Files.readString(folder.resolve("in.yaml")));
    }

    private static Plan plan(YamlResources resources) {
        return Planner.plan(Resolver.resolve(resources, Installation.defaults()), settings());
    }

    private static Settings settings() {
        return Settings.defaults();
    }

    private static void compare(Path golden, String actual) throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(golden, actual);
        }
        assertThat(actual)
                .as("%s differs; if that is meant, run mvn -pl operator -am test -Dgolden.update", golden)
                .isEqualTo(Files.exists(golden) ? Files.readString(golden) : "");
    }
}
