package dev.sluice.operator.envoy;

import com.google.protobuf.Any;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Plan.Certificate;
import dev.sluice.operator.plan.Plan.Listener;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The certificates that listeners show. They come by SDS, so that a new one changes no listener and closes no
/// connection.
final class SdsSecrets {

    private SdsSecrets() {}

    static List<Secret> secrets(Collection<Listener> listeners) {
        return listeners.stream()
                .flatMap(listener -> switch (listener) {
                    case Listener.Http _ -> Stream.<Certificate>empty();
                    case Listener.Https https ->
                        https.chains().stream().flatMap(chain -> chain.certificates().stream());
                })
                .distinct()
                .sorted(Comparator.comparing(Certificate::name))
                .map(SdsSecrets::secret)
                .toList();
    }

    static TransportSocket transportSocket(Plan.Chain chain) {
        CommonTlsContext.Builder common =
                CommonTlsContext.newBuilder().addAlpnProtocols("h2").addAlpnProtocols("http/1.1");
        chain.certificates()
                .forEach(certificate -> common.addTlsCertificateSdsSecretConfigs(
                        SdsSecretConfig.newBuilder().setName(certificate.name()).setSdsConfig(Clusters.ads())));
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.tls")
                .setTypedConfig(Any.pack(DownstreamTlsContext.newBuilder()
                        .setCommonTlsContext(common)
                        .build()))
                .build();
    }

    private static Secret secret(Certificate certificate) {
        return Secret.newBuilder()
                .setName(certificate.name())
                .setTlsCertificate(TlsCertificate.newBuilder()
                        .setCertificateChain(inline(certificate.chain()))
                        .setPrivateKey(inline(certificate.key())))
                .build();
    }

    private static DataSource.Builder inline(String pem) {
        return DataSource.newBuilder().setInlineString(pem);
    }
}
