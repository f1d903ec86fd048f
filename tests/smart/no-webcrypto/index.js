throw new Error('not for browsers');
