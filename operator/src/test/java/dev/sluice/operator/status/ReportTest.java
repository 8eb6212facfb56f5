package dev.sluice.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.operator.YamlResources;
import dev.sluice.operator.status.Observed.GatewayState;
import dev.sluice.operator.status.Observed.ModelReading;
import dev.sluice.operator.status.Observed.PoolReading;
import dev.sluice.operator.status.Observed.TargetReading;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds for the status of every kind, on one cluster with some of everything.
class ReportTest {

    private static final Path FOLDER = Path.of("src/test/resources/status");
    private static final String LATER = "2026-12-01T00:00:00Z";

    private static final Observed OBSERVED = new Observed(
            Map.of(
                    "ml/inference", new GatewayState(List.of("10.0.0.9"), 2, null),
                    "ml/internal", new GatewayState(List.of(), 0, null)),
            Map.of(
                    "ml/llama",
                    new PoolReading(
                            3,
                            0.42,
                            List.of(new ModelReading(
                                    "chat",
                                    List.of(
                                            new TargetReading("llama-3.1-8b", 3, 91),
                                            new TargetReading("chat-v2", 1, 9)))))));

    private static Cluster cluster() throws IOException {
        return new Cluster(YamlResources.parse(Files.readString(FOLDER.resolve("in.yaml"))), Cluster.SHARED, OBSERVED);
    }

    /// By kind and name.
    private static SortedMap<String, Object> statuses(Cluster cluster, String now) {
        Report report = cluster.report(now);
        SortedMap<String, Object> statuses = new TreeMap<>();
        for (HasMetadata object : cluster.resources().objects()) {
            Object status = status(report, object);
            if (status != null) {
                statuses.put(object.getKind() + " " + object.getMetadata().getName(), status);
            }
        }
        return statuses;
    }

    private static Object status(Report report, HasMetadata object) {
        return switch (object) {
            case GatewayClass each -> report.of(each);
            case Gateway each -> report.of(each);
            case HTTPRoute each -> report.of(each);
            case InferencePool each -> report.of(each);
            case InferenceModel each -> report.of(each);
            case InferencePoolPolicy each -> report.of(each);
            default -> null;
        };
    }

    /// The cluster after every status was written, read back as an API server would give it.
    private static Cluster written(Cluster cluster, String now) {
        Report report = cluster.report(now);
        String yaml = cluster.resources().objects().stream()
                .map(object -> {
                    switch (object) {
                        case GatewayClass each -> each.setStatus(report.of(each));
                        case Gateway each -> each.setStatus(report.of(each));
                        case HTTPRoute each -> each.setStatus(report.of(each));
                        case InferencePool each -> each.setStatus(report.of(each));
                        case InferenceModel each -> each.setStatus(report.of(each));
                        case InferencePoolPolicy each -> each.setStatus(report.of(each));
                        default -> {}
                    }
                    return Serialization.asYaml(object)
                            .replaceFirst("^---\\s", "")
                            .replace("\"", "\"");
                })
                .map(document -> document.replaceFirst("(?m)^kind: \"(\\w+)\"$", "kind: $1"))
                .collect(Collectors.joining("\n---\n"));
        return new Cluster(YamlResources.parse(yaml), cluster.installation(), cluster.observed());
    }

    @Test
    void saysWhatIsWritten() throws IOException {
        String actual = statuses(cluster(), Cluster.NOW).entrySet().stream()
                .map(status -> "# " + status.getKey() + "\n"
                        + Serialization.asYaml(status.getValue()).replaceFirst("^---\\s", ""))
                .collect(Collectors.joining("---\n"));
        Path golden = FOLDER.resolve("status.yaml");
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(golden, actual);
        }
        assertThat(actual)
                .as("%s differs; if that is meant, run mvn -pl operator -am test -Dgolden.update", golden)
                .isEqualTo(Files.exists(golden) ? Files.readString(golden) : "");
    }

    @Test
    void thereIsNothingToWriteWhenNothingChanged() throws IOException {
        Cluster written = written(cluster(), Cluster.NOW);
        SortedMap<String, Object> before = new TreeMap<>();
        for (HasMetadata object : written.resources().objects()) {
            Object status = current(object);
            if (status != null) {
                before.put(object.getKind() + " " + object.getMetadata().getName(), status);
            }
        }
        assertThat(before).hasSizeGreaterThan(8);
        assertThat(statuses(written, LATER)).containsAllEntriesOf(before);
    }

    private static Object current(HasMetadata object) {
        return switch (object) {
            case GatewayClass each -> each.getStatus();
            case Gateway each -> each.getStatus();
            case HTTPRoute each -> each.getStatus();
            case InferencePool each -> each.getStatus();
            case InferenceModel each -> each.getStatus();
            case InferencePoolPolicy each -> each.getStatus();
            default -> null;
        };
    }

    @Test
    void onlyWhatChangesGetsANewTime() throws IOException {
        Cluster written = written(cluster(), Cluster.NOW);
        Cluster ready = new Cluster(
                written.resources(),
                written.installation(),
                new Observed(
                        Map.of(
                                "ml/inference",
                                new GatewayState(List.of("10.0.0.9"), 2, null),
                                "ml/internal",
                                Cluster.UP),
                        written.observed().pools()));
        List<Condition> internal =
                ready.report(LATER).of(ready.get(Gateway.class, "internal")).getConditions();
        assertThat(Cluster.find(internal, "Programmed").getLastTransitionTime()).isEqualTo(LATER);
        assertThat(Cluster.find(internal, "Accepted").getLastTransitionTime()).isEqualTo(Cluster.NOW);
        SortedMap<String, Object> statuses = statuses(ready, LATER);
        statuses.remove("Gateway internal");
        assertThat(statuses(written, Cluster.NOW)).containsAllEntriesOf(statuses);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void theOrderOfTheResourcesDoesNotMatter(long seed) throws IOException {
        Cluster cluster = cluster();
        Cluster shuffled = new Cluster(cluster.resources().shuffled(seed), cluster.installation(), cluster.observed());
        assertThat(statuses(shuffled, Cluster.NOW)).isEqualTo(statuses(cluster, Cluster.NOW));
    }

    /// Whatever an entry of ours is like, those of others stay as they are, in their order.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void entriesOfOthersStayAsTheyAreInTheirOrder(long seed) throws IOException {
        Random random = new Random(seed);
        List<String> old = random.ints(12, 0, 6)
                .mapToObj(i -> (random.nextBoolean() ? "ours/" : "theirs/") + i)
                .distinct()
                .toList();
        List<Integer> subjects =
                random.ints(random.nextInt(8), 0, 8).distinct().boxed().toList();
        List<String> merged = Entries.merge(
                old,
                subjects,
                entry -> entry.startsWith("ours/"),
                (entry, subject) -> entry.equals("ours/" + subject),
                (_, subject) -> "ours/" + subject,
                32);
        assertThat(merged.stream().filter(entry -> entry.startsWith("theirs/")))
                .as("seed %d", seed)
                .containsExactlyElementsOf(old.stream()
                        .filter(entry -> entry.startsWith("theirs/"))
                        .toList());
        assertThat(merged.stream().filter(entry -> entry.startsWith("ours/")))
                .as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(
                        subjects.stream().map(subject -> "ours/" + subject).toList());
    }
}
