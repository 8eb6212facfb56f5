package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/// `kubectl apply --server-side --dry-run=server`: the API server's whole validation, and no effect.
final class StrictApply {
    private static final YAMLMapper MAPPER = new YAMLMapper();

    private final KubernetesClient client;

    StrictApply(KubernetesClient client) {
        this.client = client;
    }

    /// Fails on the first object that the server refuses, such as for a field that its schema lacks.
    void accept(String yaml) throws IOException {
        List<GenericKubernetesResource> objects = objects(yaml);
        assertThat(objects).isNotEmpty();
        for (GenericKubernetesResource object : objects) {
            if (object.getMetadata().getNamespace() == null) {
                object.getMetadata().setNamespace("default");
            }
            // Types of Java would drop the fields that they do not know, before the server can refuse them.
            client.genericKubernetesResources(object.getApiVersion(), object.getKind())
                    .resource(object)
                    .patch(
                            new PatchContext.Builder()
                                    .withPatchType(PatchType.SERVER_SIDE_APPLY)
                                    .withFieldManager("strict-apply")
                                    .withFieldValidation("Strict")
                                    .withDryRun(List.of("All"))
                                    .build(),
                            object);
        }
    }

    private static List<GenericKubernetesResource> objects(String yaml) throws IOException {
        try (MappingIterator<GenericKubernetesResource> documents =
                MAPPER.readerFor(GenericKubernetesResource.class).readValues(yaml)) {
            return documents.readAll().stream().filter(Objects::nonNull).toList();
        }
    }
}
