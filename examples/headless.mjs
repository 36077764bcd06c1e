// A meeting from another language: JSON lines in and out of the headless client. No packages.
//   node examples/headless.mjs myRoom        (or an invite link; PYTHON names the interpreter)
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const place = process.argv[2] ?? "myRoom";
const silent = ["--mic", "none", "--camera", "none", "--speaker", "none", "--name", "Node"];
const command = ["-m", "proconf_tui", "join", place, "--headless", "--json", ...silent];
const client = spawn(process.env.PYTHON ?? "python", command, { stdio: ["pipe", "pipe", "inherit"] });

let id = 0;
const ask = (method, params = {}) =>
  client.stdin.write(JSON.stringify({ id: ++id, method, params }) + "\n");

createInterface({ input: client.stdout }).on("line", (text) => {
  const line = JSON.parse(text);
  console.log(line.event ?? (line.error ? "error" : "result"), line);
  if (line.event === "room-joined") {
    ask("send_data", { payload: "Hello from Node", label: "chat" });
    ask("raise_hand");
  }
  if (line.id === 2) client.stdin.end(); // all is answered; the end of the input leaves
});
client.on("exit", (status) => (process.exitCode = status ?? 1));
