package dev.sluice.operator.resolve;

import dev.sluice.operator.resolve.resources.Grants;
import dev.sluice.operator.resolve.resources.Resolution;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.SecretObjectReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Resolves the certificates that listeners refer to.
final class CertificateRefs {

    private final List<Secret> secrets;
    private final Grants grants;

    CertificateRefs(List<Secret> secrets, Grants grants) {
        this.secrets = secrets;
        this.grants = grants;
    }

    /// All of them, or what is wrong with the first that cannot be presented.
    Resolution<List<TlsKeyPair>> of(Gateway gateway, Listener listener) {
        List<SecretObjectReference> refs = listener.getTls() == null
                ? List.of()
                : Resources.orEmpty(listener.getTls().getCertificateRefs());
        if (refs.isEmpty()) {
            return new Resolution.Missing<>(
                    "tls.certificateRefs is empty: an HTTPS listener needs a Secret of type kubernetes.io/tls");
        }
        List<TlsKeyPair> found = new ArrayList<>();
        for (int i = 0; i < refs.size(); i++) {
            switch (resolve(gateway, refs.get(i), "tls.certificateRefs[" + i + "]: ")) {
                case Resolution.Complete<TlsKeyPair>(TlsKeyPair certificate) -> found.add(certificate);
                case Resolution.Missing<TlsKeyPair>(String reason) -> {
                    return new Resolution.Missing<>(reason);
                }
                case Resolution.Forbidden<TlsKeyPair>(String reason) -> {
                    return new Resolution.Forbidden<>(reason);
                }
                case Resolution.Conflict<TlsKeyPair>(String reason) -> {
                    return new Resolution.Conflict<>(reason);
                }
                case Resolution.Unsupported<TlsKeyPair>(String reason) -> {
                    return new Resolution.Unsupported<>(reason);
                }
            }
        }
        return new Resolution.Complete<>(found);
    }

    private Resolution<TlsKeyPair> resolve(Gateway gateway, SecretObjectReference ref, String field) {
        String group = Objects.requireNonNullElse(ref.getGroup(), "");
        String kind = Objects.requireNonNullElse(ref.getKind(), "Secret");
        if (!group.isEmpty() || !kind.equals("Secret")) {
            return new Resolution.Unsupported<>(field + "certificates of kind " + kind + " in group '" + group
                    + "' are not read; name a Secret of the core group");
        }
        String from = gateway.getMetadata().getNamespace();
        String namespace = Objects.requireNonNullElse(ref.getNamespace(), from);
        Optional<String> refusal =
                grants.refusal(new Grants.From("Gateway", from), new Grants.To("", "Secret", namespace, ref.getName()));
        if (refusal.isPresent()) {
            return new Resolution.Forbidden<>(field + refusal.get());
        }
        Optional<Secret> secret = Resources.find(secrets, namespace, ref.getName());
        if (secret.isEmpty() || !"kubernetes.io/tls".equals(secret.get().getType())) {
            return new Resolution.Missing<>(
                    field + "no Secret " + namespace + "/" + ref.getName() + " of type kubernetes.io/tls exists");
        }
        return read(secret.get(), field);
    }

    private static Resolution<TlsKeyPair> read(Secret secret, String field) {
        String name = Resources.name(secret);
        try {
            String chain = entry(secret, "tls.crt");
            String key = entry(secret, "tls.key");
            KeyPairPem.check(chain, key);
            return new Resolution.Complete<>(new TlsKeyPair(name, chain, key));
        } catch (IllegalArgumentException bad) {
            return new Resolution.Unsupported<>(field + "Secret " + name + ": " + bad.getMessage());
        }
    }

    private static String entry(Secret secret, String key) {
        @Nullable String text = of(secret.getStringData(), key);
        @Nullable String encoded = of(secret.getData(), key);
        if (text == null && encoded == null) {
            throw new IllegalArgumentException("it has no " + key);
        }
        return text != null
                ? text
                : new String(Base64.getMimeDecoder().decode(Objects.requireNonNull(encoded)), StandardCharsets.UTF_8);
    }

    private static @Nullable String of(@Nullable Map<String, String> entries, String key) {
        return entries == null ? null : entries.get(key);
    }
}
