package dev.sluice.cluster.node.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TranslationTest {
    private static final Translation TRANSLATION = new Translation(
            "127.70.128.9",
            Map.of(
                    "/etc/envoy",
                    Path.of("/pod/config"),
                    "/etc/envoy/tls",
                    Path.of("/pod/tls"),
                    "/data",
                    Path.of("/pod/data")),
            (namespace, name) ->
                    namespace.equals("ml") && name.equals("web") ? Optional.of("127.70.16.5") : Optional.empty());

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0.0.0.0:8080                       | 127.70.128.9:8080
            http://127.0.0.1:19000/ready       | http://127.70.128.9:19000/ready
            address: "127.0.0.1"               | address: "127.70.128.9"
            127.0.0.10 and 10.0.0.0            | 127.0.0.10 and 10.0.0.0
            1.127.0.0.1                        | 1.127.0.0.1
            web.ml.svc:80                      | 127.70.16.5:80
            http://web.ml.svc.cluster.local/v1 | http://127.70.16.5/v1
            other.ml.svc:80                    | other.ml.svc:80
            web.ml.svc.example.com             | web.ml.svc.example.com
            --config=/etc/envoy/bootstrap.yaml | --config=/pod/config/bootstrap.yaml
            /etc/envoy/tls/tls.crt             | /pod/tls/tls.crt
            /etc/envoy                         | /pod/config
            /etc/envoy-other/file              | /etc/envoy-other/file
            /var/data/file                     | /var/data/file
            """)
    void whatAManifestSaysIsMadeTrueHere(String said, String expected) throws StartFailure {
        assertThat(TRANSLATION.of(said)).isEqualTo(expected);
    }
}
