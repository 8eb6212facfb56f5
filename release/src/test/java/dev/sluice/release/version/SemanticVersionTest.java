package dev.sluice.release.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SemanticVersionTest {
    @ParameterizedTest
    @ValueSource(strings = {"0.1.0", "1.2.3", "10.20.30", "1.2.3-rc.1", "1.2.3-alpha-x.0", "1.2.3-0a"})
    void versionsAreReadAndWrittenAlike(String text) {
        assertThat(SemanticVersion.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1.2", "v1.2.3", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3+a", "1.2.3 "})
    void otherTextsAreRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SemanticVersion.parse(text))
                .withMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"registry.example", "registry.example:5000/team", "127.0.0.1:5000/a/b-c_d.e"})
    void placesAtRegistriesAreTaken(String name) {
        assertThat(new Repository(name).chart("sluice")).isEqualTo(name + "/charts/sluice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "oci://registry.example", "registry.example/", "registry.example/Team", "a b"})
    void otherPlacesAreRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Repository(name))
                .withMessageContaining("'" + name + "'");
    }
}
