package dev.sluice.picker.kube;

import static dev.sluice.picker.kube.PublicationTest.model;
import static dev.sluice.picker.kube.PublicationTest.policy;
import static dev.sluice.picker.kube.PublicationTest.pool;
import static dev.sluice.picker.kube.PublicationTest.ready;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferencePriorityClass;
import dev.sluice.picker.Fixtures;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/// A resource that cannot be read concerns nobody but itself.
class UnreadableResourcesTest {
    private static final PoolId OTHER = new PoolId("ml", "other");
    private static final String CREATED = "2026-01-01T00:00:00Z";

    private final Pools pools = new Pools(_ -> {});
    private final Publication publication = new Publication(pools, Replicas.fixed(1));
    private int published;

    /// With null among the objects of each kind.
    private record WithNull(List<HasMetadata> objects) implements Resources {
        @Override
        public <T extends HasMetadata> List<T> all(Class<T> kind) {
            List<T> all = new ArrayList<>(
                    objects.stream().filter(kind::isInstance).map(kind::cast).toList());
            all.add(null);
            return all;
        }
    }

    private static InferencePool other() {
        return Serialization.unmarshal("""
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: other, namespace: ml}
                spec: {selector: {matchLabels: {app: other}}, targetPorts: [{number: 8000}]}
                """, InferencePool.class);
    }

    private Stream<HasMetadata> pods() {
        published++;
        return Stream.of(
                ready("llama-" + published, "10.0.0." + published, ""),
                PublicationTest.pod(
                        "other-" + published,
                        ", namespace: ml, labels: {app: other}",
                        "podIP: 10.0.1." + published + ", conditions: [{type: Ready, status: \"True\"}]"));
    }

    /// Publishes the resources with other pods than before, and expects these in both pools.
    private void publish(HasMetadata... resources) {
        List<HasMetadata> all = new ArrayList<>(List.of(pool(), other()));
        pods().forEach(all::add);
        all.addAll(List.of(resources));
        publication.publish(new PublicationTest.Fixed(all));
        assertThat(pods(Fixtures.POOL)).containsOnly("llama-" + published);
        assertThat(pods(OTHER)).containsOnly("other-" + published);
    }

    private List<String> pods(PoolId pool) {
        return Objects.requireNonNull(pools.find(pool)).endpoints().stream()
                .map(Endpoint::id)
                .map(id -> id.pod())
                .toList();
    }

    private List<String> models() {
        return publication.catalog().models(Fixtures.POOL).stream()
                .map(PublishedModel::name)
                .map(Object::toString)
                .toList();
    }

    @Test
    void aModelWhoseAgeCannotBeReadIsLeftOut() {
        publish(model("sound", CREATED, "modelName: sound"), model("bad", "yesterday", "modelName: bad"));
        assertThat(models()).containsExactly("sound");
        publish(model("sound", CREATED, "modelName: sound"), model("bad", CREATED, "modelName: bad"));
        assertThat(models()).containsExactly("bad", "sound");
    }

    @Test
    void aModelThatCouldBeReadStaysWhatItWas() {
        publish(model("chat", CREATED, "modelName: chat"));
        publish(model("chat", CREATED, "modelName: chat, targets: [{modelName: v2, weight: -1}]"));
        assertThat(models()).containsExactly("chat");
        publish();
        assertThat(models()).isEmpty();
        publish(model("chat", "yesterday", "modelName: chat"));
        assertThat(models()).as("it was deleted in between").isEmpty();
    }

    @Test
    void aModelMadeAnewUnderTheNameOfAnotherHasNoPast() {
        publish(of(model("chat", CREATED, "modelName: chat"), "one"));
        publish(of(model("chat", "yesterday", "modelName: chat"), "two"));
        assertThat(models()).isEmpty();
    }

    private static <T extends HasMetadata> T of(T resource, String uid) {
        resource.getMetadata().setUid(uid);
        return resource;
    }

    @Test
    void aPolicyStaysWhatItWas() {
        publish(policy("p", CREATED, "signals: {pollInterval: 100ms}"));
        publish(policy("p", CREATED, "signals: {pollInterval: soon}"));
        assertThat(interval()).isEqualTo(Duration.ofMillis(100));
        publish(policy("p", CREATED, "signals: {pollInterval: 200ms}"));
        assertThat(interval()).isEqualTo(Duration.ofMillis(200));
        publish(policy("p", CREATED, "accelerators: [{count: 2}]"));
        assertThat(interval()).isEqualTo(Duration.ofMillis(200));
    }

    private Duration interval() {
        return Objects.requireNonNull(pools.find(Fixtures.POOL))
                .settings()
                .signals()
                .polling()
                .interval();
    }

    @Test
    void aPriorityClassThatSaysNothingIsLeftOut() {
        publish(Serialization.unmarshal("""
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePriorityClass
                metadata: {name: empty}
                """, InferencePriorityClass.class));
    }

    @Test
    void aPodWithNullAmongItsConditionsIsLeftOut() {
        Pod pod = ready("llama-0", "10.0.0.99", "");
        pod.getStatus().getConditions().add(0, null);
        publish(pod);
    }

    @Test
    void aPoolThatCannotBeReadIsLeftOut() {
        InferencePool bad = other();
        bad.getMetadata().setName("bad");
        bad.setSpec(null);
        publish(bad);
        assertThat(pools.all()).containsOnlyKeys(Fixtures.POOL, OTHER);
    }

    @Test
    void itIsLoggedOncePerCauseWithItsName() {
        Logger logger = (Logger) LoggerFactory.getLogger(LastReadable.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.setLevel(Level.WARN);
        logger.addAppender(log);
        try {
            publish(model("bad", "yesterday", "modelName: bad"));
            publish(model("bad", "yesterday", "modelName: bad"));
            assertThat(log.list).singleElement().satisfies(event -> {
                assertThat(event.getKeyValuePairs()).contains(new KeyValuePair("resource", "ml/bad"));
                assertThat(event.getMessage()).endsWith("correct or delete it");
            });
            publish(model("bad", "tomorrow", "modelName: bad"));
            assertThat(log.list).hasSize(2);
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null);
        }
    }

    @Test
    void whatIsNoResourceIsLeftOut() {
        publication.publish(new WithNull(List.of(pool(), other(), ready("a", "10.0.0.1", ""))));
        assertThat(pods(Fixtures.POOL)).containsOnly("a");
    }
}
