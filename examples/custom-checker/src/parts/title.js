export const title = 'cleanmiss';
