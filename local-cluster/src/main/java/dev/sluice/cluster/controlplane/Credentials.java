package dev.sluice.cluster.controlplane;

import dev.sluice.cluster.network.Network;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.UUID;

/// The secrets of one cluster, made anew at each start: the API server's certificate and the authority that clients
/// trust, the key that signs tokens of ServiceAccounts, and the token of the administrator.
///
/// @param folder where they lie as files
public record Credentials(Path folder, String server, String authority, String token) {

    static Credentials create(Path folder, Network network) throws IOException {
        Files.createDirectories(folder);
        try {
            X509Bundle authority = new CertificateBuilder()
                    .ecp256()
                    .subject("CN=local-cluster")
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
            X509Bundle server = new CertificateBuilder()
                    .ecp256()
                    .subject("CN=kube-apiserver")
                    .addSanIpAddress(network.controlPlane())
                    .addSanIpAddress(network.apiService())
                    .addSanDnsName("kubernetes.default.svc")
                    .addExtendedKeyUsageServerAuth()
                    .buildIssuedBy(authority);
            X509Bundle serviceAccounts = new CertificateBuilder()
                    .ecp256()
                    .subject("CN=service-accounts")
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
            Credentials credentials = new Credentials(
                    folder,
                    "https://%s:%d".formatted(network.controlPlane(), ApiServer.PORT),
                    authority.getCertificatePEM(),
                    UUID.randomUUID().toString());
            Files.writeString(credentials.authorityFile(), authority.getCertificatePEM());
            Files.writeString(credentials.serverCertificate(), server.getCertificatePEM());
            Files.writeString(credentials.serverKey(), server.getPrivateKeyPEM());
            Files.writeString(credentials.serviceAccountCertificate(), serviceAccounts.getCertificatePEM());
            Files.writeString(credentials.serviceAccountKey(), serviceAccounts.getPrivateKeyPEM());
            Files.writeString(
                    credentials.tokens(), "%s,admin,admin,\"system:masters\"%n".formatted(credentials.token()));
            Files.writeString(credentials.adminKubeconfig(), credentials.kubeconfig(credentials.token(), "default"));
            return credentials;
        } catch (IOException failed) {
            throw failed;
        } catch (Exception failed) {
            throw new IOException("cannot make certificates", failed);
        }
    }

    /// The text of a file for `$KUBECONFIG`.
    public String kubeconfig(String token, String namespace) {
        String data = Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.UTF_8));
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: local
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                users:
                - name: local
                  user:
                    token: %s
                contexts:
                - name: local
                  context:
                    cluster: local
                    user: local
                    namespace: %s
                current-context: local
                """.formatted(server, data, token, namespace);
    }

    public Path adminKubeconfig() {
        return folder.resolve("kubeconfig");
    }

    Path authorityFile() {
        return folder.resolve("ca.crt");
    }

    Path serverCertificate() {
        return folder.resolve("apiserver.crt");
    }

    Path serverKey() {
        return folder.resolve("apiserver.key");
    }

    Path serviceAccountCertificate() {
        return folder.resolve("service-accounts.crt");
    }

    Path serviceAccountKey() {
        return folder.resolve("service-accounts.key");
    }

    Path tokens() {
        return folder.resolve("tokens.csv");
    }
}
