package dev.sluice.cluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImagesTest {
    private final Images images = Images.standard();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sluice/operator",
                "sluice/operator:0.1.0",
                "registry.example:5000/sluice/endpoint-picker:0.1.0",
                "envoyproxy/envoy:v1.40.0@sha256:abc",
                "registry.example/k8s-staging-gateway-api/echo-basic:v20240412",
                "registry.example/gateway-api-inference-extension/lwepp:main"
            })
    void registriesAndTagsDoNotCount(String reference) {
        assertThat(images.find(reference)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"operator", "other/operator:0.1.0", "sluice/operator/more", "not-echo-basic"})
    void anotherNameIsAnotherImage(String reference) {
        assertThat(images.find(reference)).isEmpty();
    }
}
