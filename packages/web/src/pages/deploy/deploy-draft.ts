import { z } from 'zod';

const numbersOf = (text: string): number[] =>
  text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map(Number);

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;

/** Ports as they are typed, with anything between them. */
export const portsText = (message: string) =>
  z.string().refine((text) => {
    const ports = numbersOf(text);
    return ports.length <= 32 && ports.every(isPort);
  }, message);

/** Images that most begin with. */
export const knownImages: readonly string[] = [
  'pytorch/pytorch:2.1.0-cuda12.1-cudnn8-runtime',
  'pytorch/pytorch:2.1.0-cuda12.1-cudnn8-devel',
  'nvidia/cuda:12.4.1-devel-ubuntu22.04',
  'tensorflow/tensorflow:latest-gpu',
  'ubuntu:22.04',
];

interface Messages {
  readonly required: string;
  readonly ports: string;
  readonly disk: string;
  readonly window: string;
}

/** What is filled in besides the needs. */
export const deployDraft = (messages: Messages) =>
  z.object({
    label: z.string().trim().max(100),
    image: z.string().trim().min(1, messages.required).max(1024),
    diskGb: z
      .number({ error: messages.disk })
      .int(messages.disk)
      .min(8, messages.disk)
      .max(100_000, messages.disk),
    ports: portsText(messages.ports),
    onStart: z.string().max(2000),
    sleeps: z.boolean(),
    windowMinutes: z.number({ error: messages.window }).min(1, messages.window).max(1440, messages.window),
  });
export type DeployDraft = z.infer<ReturnType<typeof deployDraft>>;

export const portsOf = numbersOf;
