package dev.sluice.operator.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostnamesTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "*, -, *",
                "a.com, -, a.com",
                "*, a.com b.com, a.com b.com",
                "a.com, a.com b.com, a.com",
                "a.com, b.com, ''",
                "*.a.com, x.a.com, x.a.com",
                "*.a.com, x.y.a.com, x.y.a.com",
                "*.a.com, a.com, ''",
                "*.a.com, xa.com, ''",
                "x.a.com, *.a.com, x.a.com",
                "*.a.com, *.x.a.com, *.x.a.com",
                "*.a.com, *.b.com, ''",
                "x.a.com, *.a.com x.a.com, x.a.com",
            })
    void keepsWhatBothServe(String listener, String route, String expected) {
        assertThat(Hostnames.intersect(listener, words(route))).isEqualTo(words(expected));
    }

    private static List<String> words(String text) {
        return text == null || text.isEmpty() ? List.of() : Arrays.asList(text.split(" "));
    }
}
