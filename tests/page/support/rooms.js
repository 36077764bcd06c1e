/** Rooms and people as the server tells of them, with as little of each as a test must say. */

const ALL = { cam: true, mic: true, screen: true };

export const CONTROLS = {
  roomLocked: false,
  allowProduce: true,
  allowProduceSources: ALL,
  allowConsume: true,
  allowSendData: true,
};

export function permissions(more = {}) {
  return {
    admin: false,
    canConsume: true,
    canProduce: true,
    canProduceSources: ALL,
    canSendData: true,
    canRecvData: true,
    canUpdateMetadata: false,
    ...more,
  };
}

export function participant(peerId, more = {}) {
  return {
    peerId,
    identity: `${peerId}@example.org`,
    name: peerId,
    role: "guest",
    permissions: permissions(),
    joinedAt: 1,
    metadata: {},
    streams: {},
    handRaisedAt: null,
    isConnected: true,
    joinedVersion: 0,
    tokenId: "",
    ...more,
  };
}

export function room(members, more = {}) {
  return {
    roomId: "room",
    version: 10,
    createdAt: 0,
    isStarted: true,
    closed: null,
    closedAt: 0,
    controls: CONTROLS,
    metadata: {},
    passcodeHash: null,
    maxPeers: null,
    expiresAt: null,
    participants: Object.fromEntries(members.map((each) => [each.peerId, each])),
    lobby: {},
    blocked: [],
    refusedTokens: [],
    chat: [],
    ...more,
  };
}

/** An unsigned token that says this. */
export function token(claims) {
  const part = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `e30.${part}.c2ln`;
}
