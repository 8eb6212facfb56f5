package dev.sluice.e2e.stack;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.standalone.folder.BrokenFileException;
import dev.sluice.standalone.folder.Folder;
import dev.sluice.standalone.folder.ResourceSet;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// YAML as the operator and the picker see it.
public record Resources(ResourceSet set)
        implements dev.sluice.operator.resolve.Resources, dev.sluice.picker.kube.Resources {

    public static Resources of(String yaml) {
        try {
            Path folder = Files.createTempDirectory("sluice-e2e");
            Path file = folder.resolve("test.yaml");
            try {
                Files.writeString(file, yaml);
                return new Resources(Folder.read(folder));
            } catch (BrokenFileException broken) {
                throw new IllegalArgumentException(broken.getMessage() + "\n" + yaml, broken);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public List<Gateway> gateways() {
        return set.all(Gateway.class);
    }

    @Override
    public List<HTTPRoute> httpRoutes() {
        return set.all(HTTPRoute.class);
    }

    @Override
    public List<ReferenceGrant> referenceGrants() {
        return set.all(ReferenceGrant.class);
    }

    @Override
    public List<InferencePool> inferencePools() {
        return set.all(InferencePool.class);
    }

    @Override
    public List<InferenceModel> inferenceModels() {
        return set.all(InferenceModel.class);
    }

    @Override
    public List<InferencePoolPolicy> inferencePoolPolicies() {
        return set.all(InferencePoolPolicy.class);
    }

    @Override
    public List<Service> services() {
        return set.all(Service.class);
    }

    @Override
    public List<Pod> pods() {
        return set.all(Pod.class);
    }
}
