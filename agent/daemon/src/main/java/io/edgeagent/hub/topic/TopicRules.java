package io.edgeagent.hub.topic;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The section {@code mqttBroker.authorizations} of {@code $edgeHub}'s desired properties, as IoT Edge 1.2 documents it. A statement
 * that is wrong is left out and named; the others count. A statement that denies wins over all that allow.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-edge/how-to-publish-subscribe">IoT Edge 1.2, authorization policy</a>
 */
public final class TopicRules {
    static final TopicRules NONE = new TopicRules("", "", List.of());

    private static final String CONNECT = "mqtt:connect";
    private static final String PUBLISH = "mqtt:publish";
    private static final String SUBSCRIBE = "mqtt:subscribe";
    private static final String ANY_TOPIC = "{{mqtt:topic}}";
    private static final String IDENTITY = "{{iot:identity}}";
    private static final Pattern VARIABLE = Pattern.compile("\\{\\{[^}]*}}");
    private static final List<String> OF_IDENTITIES =
            List.of(IDENTITY, "{{iot:device_id}}", "{{iot:module_id}}", "{{iot:this_device_id}}", "{{mqtt:client_id}}");
    private static final int MOST_STATEMENTS = 200;
    private static final int MOST_ENTRIES = 200;

    private final String device;
    private final String iotHub;
    private final List<Statement> statements;

    private record Statement(List<String> identities, List<Rule> allow, List<Rule> deny) {}

    private record Rule(List<String> operations, List<String> resources) {}

    private TopicRules(String device, String iotHub, List<Statement> statements) {
        this.device = device;
        this.iotHub = iotHub;
        this.statements = statements;
    }

    /**
     * @param section the desired properties' {@code mqttBroker}; may be missing
     * @param device this device's id
     * @param iotHub host name that may stand before an identity
     * @param problems gets what is wrong, in words for the person who wrote it
     */
    public static TopicRules parse(JsonNode section, String device, String iotHub, List<String> problems) {
        if (section.hasNonNull("bridges") && !section.path("bridges").isEmpty()) {
            problems.add("mqttBroker.bridges: bridges to other brokers are not supported");
        }
        JsonNode given = section.path("authorizations");
        List<Statement> statements = new ArrayList<>();
        if (!given.isMissingNode() && !given.isNull() && !given.isArray()) {
            problems.add("mqttBroker.authorizations must be a list");
            return NONE;
        }
        for (int i = 0; i < given.size(); i++) {
            if (i == MOST_STATEMENTS) {
                problems.add("mqttBroker.authorizations has more than " + MOST_STATEMENTS + " statements: the rest is"
                        + " left out");
                break;
            }
            try {
                statements.add(statement(given.get(i)));
            } catch (IllegalArgumentException e) {
                problems.add("mqttBroker.authorizations, statement " + (i + 1) + ": " + e.getMessage());
            }
        }
        return new TopicRules(device, iotHub, statements);
    }

    boolean isEmpty() {
        return statements.isEmpty();
    }

    private static Statement statement(JsonNode given) {
        if (!given.isObject()) {
            throw new IllegalArgumentException("it must be an object");
        }
        List<String> identities = texts(given, "identities", true);
        identities.forEach(identity -> checkVariables(identity, OF_IDENTITIES));
        List<Rule> allow = rules(given, "allow");
        List<Rule> deny = rules(given, "deny");
        if (allow.isEmpty() && deny.isEmpty()) {
            throw new IllegalArgumentException("it neither allows nor denies anything");
        }
        return new Statement(identities, allow, deny);
    }

    private static List<Rule> rules(JsonNode statement, String effect) {
        JsonNode given = statement.path(effect);
        if (given.isMissingNode() || given.isNull()) {
            return List.of();
        }
        if (!given.isArray() || given.size() > MOST_ENTRIES) {
            throw new IllegalArgumentException(effect + " must be a list of at most " + MOST_ENTRIES + " rules");
        }
        List<Rule> rules = new ArrayList<>();
        for (JsonNode rule : given) {
            List<String> operations = texts(rule, "operations", true);
            for (String operation : operations) {
                if (!List.of(CONNECT, PUBLISH, SUBSCRIBE).contains(operation)) {
                    throw new IllegalArgumentException(
                            "the operation \"" + Printable.of(operation, TopicLimits.LONGEST_SHOWN)
                                    + "\" is not mqtt:connect, mqtt:publish or mqtt:subscribe");
                }
            }
            boolean needed = operations.contains(PUBLISH) || operations.contains(SUBSCRIBE);
            List<String> resources = texts(rule, "resources", needed);
            resources.forEach(TopicRules::checkResource);
            rules.add(new Rule(operations, resources));
        }
        return rules;
    }

    private static List<String> texts(JsonNode node, String name, boolean needed) {
        JsonNode given = node.path(name);
        List<String> texts = new ArrayList<>();
        for (JsonNode text : given) {
            if (!text.isTextual() || text.textValue().isBlank()) {
                throw new IllegalArgumentException(name + " must be a list of texts");
            }
            texts.add(text.textValue());
        }
        if ((needed && texts.isEmpty()) || texts.size() > MOST_ENTRIES || given.isObject() || given.isValueNode()) {
            throw new IllegalArgumentException(name + " must be a list of 1 to " + MOST_ENTRIES + " texts");
        }
        return texts;
    }

    private static void checkResource(String resource) {
        if (resource.equals(ANY_TOPIC)) {
            return;
        }
        if (resource.contains(ANY_TOPIC)) {
            throw new IllegalArgumentException("the variable " + ANY_TOPIC + " must stand alone in a resource");
        }
        checkVariables(resource, OF_IDENTITIES);
        // what a variable stands for has no wildcard, so the filter is as valid as with a letter
        String sample = VARIABLE.matcher(resource).replaceAll("x");
        if (PlainFilter.of(sample).isEmpty()) {
            throw new IllegalArgumentException("the resource \"" + Printable.of(resource, TopicLimits.LONGEST_SHOWN)
                    + "\" is not a topic, and not a topic filter");
        }
    }

    private static void checkVariables(String text, List<String> known) {
        Matcher variables = VARIABLE.matcher(text);
        while (variables.find()) {
            if (!known.contains(variables.group())) {
                throw new IllegalArgumentException(
                        "there is no variable " + Printable.of(variables.group(), TopicLimits.LONGEST_SHOWN) + " here");
            }
        }
    }

    /** What a client may, all statements together. */
    Grants of(TopicIdentity identity) {
        boolean connect = true;
        List<PlainFilter> publish = new ArrayList<>();
        List<PlainFilter> noPublish = new ArrayList<>();
        List<PlainFilter> subscribe = new ArrayList<>();
        List<PlainFilter> noSubscribe = new ArrayList<>();
        Map<String, Optional<String>> values = values(identity);
        for (Statement statement : statements) {
            if (!means(statement, identity, values)) {
                continue;
            }
            for (Rule rule : statement.allow()) {
                collect(rule, values, Optional.empty(), publish, subscribe);
            }
            for (Rule rule : statement.deny()) {
                connect &= !rule.operations().contains(CONNECT);
                collect(rule, values, PlainFilter.of(PlainFilter.ALL), noPublish, noSubscribe);
            }
        }
        return new Grants(connect, publish, noPublish, subscribe, noSubscribe);
    }

    private boolean means(Statement statement, TopicIdentity identity, Map<String, Optional<String>> values) {
        for (String entry : statement.identities()) {
            Optional<String> name = filled(entry, values);
            if (name.isPresent()
                    && (name.get().equals(identity.name())
                            || (identity.iot().isPresent() && name.get().equals(iotHub + "/" + identity.name())))) {
                return true;
            }
        }
        return false;
    }

    /** @param broken counts where what a variable stands for would be a wildcard */
    private static void collect(
            Rule rule,
            Map<String, Optional<String>> values,
            Optional<PlainFilter> broken,
            List<PlainFilter> publish,
            List<PlainFilter> subscribe) {
        for (String resource : rule.resources()) {
            Optional<PlainFilter> filter = resource.equals(ANY_TOPIC)
                    ? PlainFilter.of(PlainFilter.ALL)
                    : namesWildcard(resource, values)
                            ? broken
                            : filled(resource, values).flatMap(PlainFilter::of);
            if (filter.isPresent() && rule.operations().contains(PUBLISH)) {
                publish.add(filter.get());
            }
            if (filter.isPresent() && rule.operations().contains(SUBSCRIBE)) {
                subscribe.add(filter.get());
            }
        }
    }

    private Map<String, Optional<String>> values(TopicIdentity identity) {
        Map<String, Optional<String>> values = new LinkedHashMap<>();
        boolean iot = identity.iot().isPresent();
        values.put(IDENTITY, iot ? Optional.of(identity.name()) : Optional.empty());
        values.put("{{iot:device_id}}", identity.iot().map(id -> id.device()));
        values.put("{{iot:module_id}}", identity.iot().flatMap(id -> id.module()));
        values.put("{{iot:this_device_id}}", Optional.of(device));
        values.put("{{mqtt:client_id}}", Optional.of(identity.clientId()));
        return values;
    }

    /** Ids of devices may hold a number sign. */
    private static boolean namesWildcard(String text, Map<String, Optional<String>> values) {
        return values.entrySet().stream()
                .anyMatch(variable -> text.contains(variable.getKey())
                        && variable.getValue()
                                .filter(value -> value.contains(PlainFilter.ONE)
                                        || value.contains(PlainFilter.ALL)
                                        || value.contains("{{"))
                                .isPresent());
    }

    /** Empty if a variable in it has no value for this client. */
    private static Optional<String> filled(String text, Map<String, Optional<String>> values) {
        StringBuilder filled = new StringBuilder();
        Matcher variables = VARIABLE.matcher(text);
        while (variables.find()) {
            Optional<String> value = values.getOrDefault(variables.group(), Optional.empty());
            if (value.isEmpty()) {
                return Optional.empty();
            }
            variables.appendReplacement(filled, Matcher.quoteReplacement(value.get()));
        }
        return Optional.of(variables.appendTail(filled).toString());
    }
}
