import { customerIdOf, leadSourceOf, scramble, secretKey } from '../traffic.ts';

/** Beyond every arrival that a file is filled with. */
const firstArrival = 1_000_000_000;
/** One PUT of so many is for a customer nobody has heard of. */
const putsPerNewCustomer = 10;

/** An endless supply of requests, each as the text that goes over the wire. */
export type Requests = () => string;

/** PUTs for customers at random among `customers`, each tenth for a new one; no two bodies are equal. */
export function putRequests(customers: number): Requests {
  let put = 0;
  let newCustomers = 0;
  return () => {
    put += 1;
    const isNew = put % putsPerNewCustomer === 0;
    const customer = isNew ? customers + newCustomers++ : pick(put, customers);
    const body = JSON.stringify(leadSourceOf(firstArrival + put));
    // Everything in it is ASCII, so that characters are bytes.
    return `${head('PUT', customer)}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  };
}

/** GETs of customers at random among `customers`. */
export function getRequests(customers: number): Requests {
  let get = 0;
  return () => `${head('GET', pick(++get, customers))}\r\n`;
}

function pick(choice: number, customers: number): number {
  return Math.floor((scramble(choice) / 2 ** 32) * customers);
}

function head(method: string, customer: number): string {
  const path = `/customers/${customerIdOf(customer)}/lead-source`;
  return `${method} ${path} HTTP/1.1\r\nHost: bench.example\r\nREB-APIKEY: ${secretKey}\r\n`;
}
