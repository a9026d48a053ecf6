/** As `NewPassword` of the contract says; written here so that the sign-in page does not load the validator. */
export const shortestPassword = 10;
