package dev.sluice.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the owners of resources what they must act on, as events. Where that fails, only the telling is lost.
final class EventRecorder {

    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /// The length that the API allows.
    private static final int LONGEST_NOTE = 1024;

    private static final int LONGEST_NAME = 200;

    private final KubernetesClient client;
    private final String controller;
    private final String identity;
    private final Clock clock;

    /// @param identity which replica tells
    EventRecorder(KubernetesClient client, String controller, String identity, Clock clock) {
        this.client = client;
        this.controller = controller;
        this.identity = identity;
        this.clock = clock;
    }

    void warn(HasMetadata regarding, String reason, String note) {
        Instant now = clock.instant();
        String name = regarding.getMetadata().getName();
        // Events about what has no namespace stand in this one.
        String namespace = Objects.requireNonNullElse(regarding.getMetadata().getNamespace(), "default");
        try {
            client.resource(new EventBuilder()
                            .withNewMetadata()
                            .withName(name.substring(0, Math.min(name.length(), LONGEST_NAME))
                                    + "."
                                    + Long.toHexString(now.getEpochSecond() * 1_000_000_000 + now.getNano())
                                    + Integer.toHexString(Objects.hash(reason, note) & 0xffff))
                            .withNamespace(namespace)
                            .endMetadata()
                            .withType("Warning")
                            .withReason(reason)
                            .withAction("Reconcile")
                            .withNote(note.substring(0, Math.min(note.length(), LONGEST_NOTE)))
                            .withEventTime(new MicroTime(MICROS.format(now)))
                            .withReportingController(controller)
                            .withReportingInstance(identity)
                            .withRegarding(new ObjectReferenceBuilder()
                                    .withApiVersion(regarding.getApiVersion())
                                    .withKind(regarding.getKind())
                                    .withName(name)
                                    .withNamespace(regarding.getMetadata().getNamespace())
                                    .withUid(regarding.getMetadata().getUid())
                                    .build())
                            .build())
                    .create();
        } catch (KubernetesClientException failed) {
            LOG.atWarn()
                    .addKeyValue("object", regarding.getKind() + " " + namespace + "/" + name)
                    .addKeyValue("failure", failed.getMessage())
                    .log("Cannot record an event");
        }
    }
}
