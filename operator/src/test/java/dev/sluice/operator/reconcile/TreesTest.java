package dev.sluice.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteStatus;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TreesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{a: 1}|{a: 1, b: defaulted}|true",
                "{a: 1}|{a: 2}|false",
                "{a: 1}|{b: 1}|false",
                "{a: {}}|{}|true",
                "{a: null, b: []}|{}|true",
                "{a: [x, y]}|{a: [x, y]}|true",
                "{a: [x, y]}|{a: [y, x]}|false",
                "{a: [x]}|{a: [x, y]}|false",
                "{a: [{name: p, port: 1}, {name: q, port: 2}]}|"
                        + "{a: [{name: q, port: 2, nodePort: 3}, {name: p, port: 1}]}|true",
                "{a: [{name: p, port: 1}]}|{a: [{name: p, port: 2}]}|false",
            })
    void anObjectMayHaveMoreThanIsWanted(String wanted, String actual, boolean covers) {
        assertThat(Trees.covers(yaml(actual), yaml(wanted))).isEqualTo(covers);
    }

    @Test
    void whatIsAbsentNullOrEmptyIsTheSame() {
        assertThat(Trees.same(yaml("{a: 1, b: null, c: [], d: {e: {}}}"), yaml("{a: 1}")))
                .isTrue();
        assertThat(Trees.same(null, yaml("{a: []}"))).isTrue();
        assertThat(Trees.same(null, yaml("{a: [1]}"))).isFalse();
        assertThat(Trees.hash(yaml("{a: 1, b: {c: 2, d: 3}}"))).isEqualTo(Trees.hash(yaml("{b: {d: 3, c: 2}, a: 1}")));
    }

    @Test
    void tellsWhatSomebodyMustActOn() {
        String status = "{conditions: [{type: Accepted, status: '%s', reason: %s, message: m}], "
                + "listeners: [{name: http, conditions: [{type: Programmed, status: 'False', reason: Pending}]}]}";
        StatusConditions good = StatusConditions.of(yaml(status.formatted("True", "Accepted")));
        StatusConditions bad = StatusConditions.of(yaml(status.formatted("False", "NameInUse")));
        StatusConditions otherwiseBad = StatusConditions.of(yaml(status.formatted("False", "Invalid")));
        assertThat(good.troublesSince(StatusConditions.of(yaml("{}")))).isEmpty();
        assertThat(bad.troublesSince(good))
                .extracting(StatusConditions.Condition::reason)
                .containsExactly("NameInUse");
        assertThat(bad.troublesSince(bad)).isEmpty();
        assertThat(otherwiseBad.troublesSince(bad)).hasSize(1);
        assertThat(bad.flip(good)).isTrue();
        assertThat(otherwiseBad.flip(bad)).isFalse();
    }

    @Test
    void aStatusThatSaysNothingIsNone() {
        HTTPRoute route = new HTTPRouteBuilder()
                .withNewMetadata()
                .withName("route")
                .endMetadata()
                .withNewStatus()
                .addNewParent()
                .withControllerName("example.com/gone")
                .endParent()
                .endStatus()
                .build();
        assertThat(Trees.withStatus(route, HTTPRoute.class, new HTTPRouteStatus())
                        .getStatus())
                .isNull();
    }

    private static JsonNode yaml(String text) {
        try {
            return new YAMLMapper().readTree(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
