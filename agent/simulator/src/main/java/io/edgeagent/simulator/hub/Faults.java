package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Misbehaviour that a test asks for. Not kept over a restart. */
public final class Faults {
    private static final String NORMAL = "normal";
    private static final int MOST_PADDING = 16 << 20;
    private static final List<String> PROVISIONING =
            List.of(NORMAL, "throttled", "unauthorized", "assigning", "failed", "disabled", "unassigned");

    private boolean throttle;
    private boolean refuseConnections;
    private boolean quotaExceeded;
    private int delayAcknowledgements;
    private int loseAcknowledgements;
    private int loseTwinResponses;
    private int twinPadding;
    private int assigningPolls;
    private int failBlobRequests;
    private int loseBlobAnswers;
    private String provisioning = NORMAL;

    /** Answers registrations with DPS with 429, as {@link #check} does others. */
    public boolean throttles() {
        return throttle;
    }

    /** Answers MQTT CONNECT with "server unavailable"; connections that exist stay. */
    public boolean refusesConnections() {
        return refuseConnections;
    }

    /** Answers REST and twin operations with 403, and drops who sends a message: the daily quota is used up. */
    public boolean exceedsQuota() {
        return quotaExceeded;
    }

    /** How long PUBACKs of messages to the cloud take, as where the hub throttles their sender. */
    public Duration acknowledgementDelay() {
        return Duration.ofMillis(delayAcknowledgements);
    }

    /** Whether to swallow the PUBACK of the message at hand, which is stored; counts down. */
    public boolean losesAcknowledgement() {
        if (loseAcknowledgements == 0) {
            return false;
        }
        loseAcknowledgements--;
        return true;
    }

    /** Refuses an operation while a test asks for it. @throws HubException 429 or 403 */
    public void check() {
        if (throttle) {
            throw new HubException(HubError.THROTTLED, "Operations are throttled.");
        }
        if (quotaExceeded) {
            throw new HubException(HubError.QUOTA_EXCEEDED, "The daily quota of messages is used up.");
        }
    }

    /** What DPS does: normal, throttled, unauthorized, assigning (without end), failed, disabled or unassigned. */
    public String provisioning() {
        return provisioning;
    }

    /** Whether to swallow the twin response at hand; counts down. */
    boolean losesTwinResponse() {
        if (loseTwinResponses == 0) {
            return false;
        }
        loseTwinResponses--;
        return true;
    }

    /** A twin response with so many blanks at its end as a test asks for: larger than any that a hub sends. */
    byte[] padded(byte[] body) {
        byte[] padded = Arrays.copyOf(body, body.length + twinPadding);
        Arrays.fill(padded, body.length, padded.length, (byte) ' ');
        return padded;
    }

    /** Whether a device that asks what became of its registration has to ask again; counts down. */
    public boolean isStillAssigning() {
        if (assigningPolls == 0) {
            return provisioning.equals("assigning");
        }
        assigningPolls--;
        return true;
    }

    /** Whether the storage is too busy for the request at hand; counts down. */
    public boolean failsBlobRequest() {
        if (failBlobRequests == 0) {
            return false;
        }
        failBlobRequests--;
        return true;
    }

    /** Whether the request at hand is carried out, and its connection closed without an answer; counts down. */
    public boolean losesBlobAnswer() {
        if (loseBlobAnswers == 0) {
            return false;
        }
        loseBlobAnswers--;
        return true;
    }

    /** Takes over the fields that are there; {"reset":true} ends all faults first. */
    public void set(ObjectNode wanted) {
        String registering = wanted.path("provisioning").asText(NORMAL);
        if (!PROVISIONING.contains(registering)) {
            throw new HubException(
                    HubError.ARGUMENT_INVALID, "provisioning must be one of " + String.join(", ", PROVISIONING));
        }
        if (wanted.path("reset").asBoolean()) {
            throttle = false;
            quotaExceeded = false;
            delayAcknowledgements = 0;
            loseAcknowledgements = 0;
            refuseConnections = false;
            loseTwinResponses = 0;
            twinPadding = 0;
            assigningPolls = 0;
            failBlobRequests = 0;
            loseBlobAnswers = 0;
            provisioning = NORMAL;
        }
        provisioning = wanted.has("provisioning") ? registering : provisioning;
        throttle = wanted.path("throttle").asBoolean(throttle);
        quotaExceeded = wanted.path("quotaExceeded").asBoolean(quotaExceeded);
        delayAcknowledgements =
                Math.max(0, wanted.path("delayAcknowledgementsMillis").asInt(delayAcknowledgements));
        loseAcknowledgements = Math.max(0, wanted.path("loseAcknowledgements").asInt(loseAcknowledgements));
        refuseConnections = wanted.path("refuseConnections").asBoolean(refuseConnections);
        loseTwinResponses = Math.max(0, wanted.path("loseTwinResponses").asInt(loseTwinResponses));
        twinPadding =
                Math.max(0, Math.min(MOST_PADDING, wanted.path("twinPadding").asInt(twinPadding)));
        failBlobRequests = Math.max(0, wanted.path("failBlobRequests").asInt(failBlobRequests));
        loseBlobAnswers = Math.max(0, wanted.path("loseBlobAnswers").asInt(loseBlobAnswers));
        assigningPolls = Math.max(0, wanted.path("assigningPolls").asInt(assigningPolls));
    }

    public ObjectNode toJson() {
        return HubJson.object()
                .put("throttle", throttle)
                .put("quotaExceeded", quotaExceeded)
                .put("delayAcknowledgementsMillis", delayAcknowledgements)
                .put("loseAcknowledgements", loseAcknowledgements)
                .put("refuseConnections", refuseConnections)
                .put("loseTwinResponses", loseTwinResponses)
                .put("twinPadding", twinPadding)
                .put("assigningPolls", assigningPolls)
                .put("failBlobRequests", failBlobRequests)
                .put("loseBlobAnswers", loseBlobAnswers)
                .put("provisioning", provisioning);
    }
}
