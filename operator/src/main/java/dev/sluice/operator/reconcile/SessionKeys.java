package dev.sluice.operator.reconcile;

import dev.sluice.operator.manifest.Names;
import dev.sluice.operator.telemetry.Meters;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Secrets with the keys by which pickers sign sessions: made where there is none, and never written again, so
/// that whoever rotates keys, or brings keys of their own, has their way.
final class SessionKeys {

    private static final Logger LOG = LoggerFactory.getLogger(SessionKeys.class);

    private static final int BYTES = 32;

    private final KubernetesClient client;
    private final Meters meters;
    private final SecureRandom random = new SecureRandom();

    /// Namespaces whose Secret was seen: one that somebody deletes stays away until another replica leads.
    private final Set<String> present = new HashSet<>();

    SessionKeys(KubernetesClient client, Meters meters) {
        this.client = client;
        this.meters = meters;
    }

    /// Sees that there are keys where a picker will look for them.
    ///
    /// @param wanted all that shall run
    /// @return false when something could not be written
    boolean converge(List<HasMetadata> wanted) {
        boolean done = true;
        for (HasMetadata object : wanted) {
            if (object instanceof Deployment deployment && mountsKeys(deployment)) {
                done &= ensure(deployment);
            }
        }
        return done;
    }

    private static boolean mountsKeys(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getVolumes().stream()
                .map(Volume::getSecret)
                .anyMatch(secret -> secret != null && Names.SESSION_KEYS.equals(secret.getSecretName()));
    }

    private boolean ensure(Deployment picker) {
        String namespace = picker.getMetadata().getNamespace();
        if (present.contains(namespace)) {
            return true;
        }
        try {
            var secrets = client.secrets().inNamespace(namespace);
            if (secrets.withName(Names.SESSION_KEYS).get() == null) {
                var _ = secrets.resource(secret(picker)).create();
                meters.write("Secret", Meters.Write.WRITTEN);
            }
        } catch (KubernetesClientException failed) {
            if (failed.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                meters.write("Secret", Meters.Write.FAILED);
                LOG.atWarn()
                        .addKeyValue("namespace", namespace)
                        .addKeyValue("failure", failed.getMessage())
                        .log(
                                "Cannot make the Secret of session keys: without it sessions end with their picker's process");
                return false;
            }
        }
        present.add(namespace);
        return true;
    }

    /// It goes with what the picker goes with.
    private Secret secret(Deployment picker) {
        byte[] key = new byte[BYTES];
        random.nextBytes(key);
        Map<String, String> labels = new TreeMap<>();
        for (String label : List.of(Names.MANAGED_BY, Names.INSTALLATION)) {
            labels.put(label, picker.getMetadata().getLabels().get(label));
        }
        return new SecretBuilder()
                .withMetadata(new ObjectMetaBuilder()
                        .withName(Names.SESSION_KEYS)
                        .withNamespace(picker.getMetadata().getNamespace())
                        .withLabels(labels)
                        .withOwnerReferences(picker.getMetadata().getOwnerReferences())
                        .build())
                .withType("Opaque")
                .withStringData(
                        Map.of(Names.SESSION_KEYS_ENTRY, Base64.getEncoder().encodeToString(key) + "\n"))
                .build();
    }
}
